import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_DIRECTORY;

/**
 * A directory that is open: what its path leads to is the same one for as long, whatever becomes of its name. Without `/proc` the path is the
 * name, and `verify` tells afterwards.
 */
export class Folder {
  private constructor(
    private readonly handle: FileHandle,
    private readonly name: string,
    readonly path: string,
  ) {}

  /** @param name absolute, without links @param descriptors where the system tells what is open. Rejects as `verify` does */
  static async open(name: string, descriptors: string): Promise<Folder> {
    const handle = await open(name, FLAGS);
    try {
      const own = join(descriptors, String(handle.fd));
      const isTold = (await realpath(own).catch(() => null)) !== null;
      const folder = new Folder(handle, name, isTold ? own : name);
      await folder.verify();
      return folder;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Rejects when it does not have its name any more, or a link leads to it. */
  async verify(): Promise<void> {
    const [place, own, named] = await Promise.all([realpath(this.path), this.handle.stat(), stat(this.path)]);
    const isSame = own.ino === named.ino && own.dev === named.dev;
    if (place !== this.name || !isSame) throw new Error('the directory that it is in was moved or replaced');
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
