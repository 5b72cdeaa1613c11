import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { EXIT, Failure, isCode, reasonOf } from './failure.js';
import type { Target } from './target.js';

export interface PartFileOptions {
  /** Replaces what is there under the name. */
  readonly force: boolean;
  /** Permissions of the file, less the umask. Default: only its owner may read it. */
  readonly mode?: number;
}

/** A file that is written under another name beside it, and has its own only once it is whole. */
export class PartFile implements Target {
  private written = 0;
  private isDone = false;

  private constructor(
    readonly name: string,
    private readonly part: string,
    private readonly handle: FileHandle,
    private readonly force: boolean,
  ) {}

  /** What an earlier, killed command has left under that other name is no use to anyone. */
  static async create(name: string, { force, mode = 0o600 }: PartFileOptions): Promise<PartFile> {
    if (!force) await refuseToReplace(name);
    const part = `${name}.part`;
    try {
      await rm(part, { force: true });
      return new PartFile(name, part, await open(part, 'wx', mode), force);
    } catch (error) {
      throw cannotWrite(part, error);
    }
  }

  async write(chunk: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < chunk.length;) {
        const { bytesWritten } = await this.handle.write(chunk, at, chunk.length - at, this.written);
        at += bytesWritten;
        this.written += bytesWritten;
      }
    } catch (error) {
      throw cannotWrite(this.part, error);
    }
  }

  async restart(): Promise<boolean> {
    await this.handle.truncate(0);
    this.written = 0;
    return true;
  }

  /** The bytes are on the disk before the name is, so that no name ever stands for half of them. */
  async commit(): Promise<void> {
    try {
      await this.handle.sync();
      if (!(await this.isOurs())) throw new Error('another command writes the same file');
      if (!this.force) await refuseToReplace(this.name);
      await rename(this.part, this.name);
      this.isDone = true;
      await syncDirectory(dirname(this.name));
    } catch (error) {
      throw error instanceof Failure ? error : cannotWrite(this.name, error);
    }
  }

  async close(): Promise<void> {
    if (!this.isDone && (await this.isOurs())) await rm(this.part, { force: true });
    await this.handle.close();
  }

  private async isOurs(): Promise<boolean> {
    const [own, present] = await Promise.all([this.handle.stat(), stat(this.part).catch(() => null)]);
    return own.ino === present?.ino && own.dev === present.dev;
  }
}

async function refuseToReplace(name: string): Promise<void> {
  const present = await stat(name).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return null;
    throw cannotWrite(name, error);
  });
  if (present !== null) {
    throw new Failure(
      `${name} is there already: choose another name, or say --force to replace it.`,
      EXIT.precondition,
    );
  }
}

/** Not all systems can do this for a directory. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => null);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}

export function cannotWrite(name: string, error: unknown): Failure {
  return new Failure(
    `${name} cannot be written (${reasonOf(error)}): make room or permit it, or choose another file.`,
  );
}
