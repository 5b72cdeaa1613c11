import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

import { linkBlob, readBlobPiece, syncBlob, verifyBlob, writeBlob } from './blob-file.js';
import { PART_PREFIX, type BodyFile, type FileJob } from './large-bodies.js';
import { PartFiles } from './part-files.js';
import { whileFull, type Pause } from './patience.js';
import { Slots } from './slots.js';

/** What is done to files at a time; the others wait. */
const MAX_ACTIVE_JOBS = 64;

/** The directory of large bodies, each in a file. What is done to one file is done in order. */
export class Blobs {
  /** The end of what is under way for each name; a name is there only so long. */
  private readonly busy = new Map<string, Promise<void>>();
  private readonly slots = new Slots(MAX_ACTIVE_JOBS);
  private readonly parts: PartFiles;

  private constructor(
    private readonly directory: string,
    syncs: boolean,
    private readonly pause: Pause | undefined,
  ) {
    this.parts = new PartFiles(syncs, (path) => this.closeLater(path));
  }

  /**
   * Parts that a process left behind are nobody's.
   *
   * @param syncs whether records will have to be on the disk with their bodies
   */
  static async open(directory: string, syncs: boolean, pause?: Pause): Promise<Blobs> {
    await mkdir(directory, { recursive: true });
    for (const name of await readdir(directory))
      if (name.startsWith(PART_PREFIX)) await rm(join(directory, name), { force: true });
    return new Blobs(directory, syncs, pause);
  }

  /**
   * Does it after all that was begun before with the same files; a full disk is waited for. Rejects with a WriteFailure.
   *
   * @param mustSync the body of a record is on the disk then
   */
  start(job: FileJob, mustSync: boolean): Promise<void> {
    switch (job.kind) {
      case 'write':
        return this.inOrder([job.file.name], () => this.write(job.file, job.pieces, mustSync));
      case 'link':
        return this.inOrder([job.file.name, job.source.name], () =>
          this.link(job.file, job.source, mustSync),
        );
      case 'piece':
        return this.inOrder([job.part.name], () => this.writePiece(job.part, job.index, job.bytes));
      case 'discard':
        return this.inOrder([job.part.name], () => this.discard(job.part.name));
    }
  }

  /** Asks once more whether nobody wants the file, as it may have been written again. What stays is removed at the next start. */
  async remove(name: string, isWanted: () => boolean): Promise<void> {
    await this.inOrder([name], async () => {
      if (!isWanted()) await rm(this.path(name), { force: true }).catch(() => undefined);
    });
  }

  /** null when it is not there (yet) or damaged */
  readPiece({ name, size, checksums }: BodyFile, index: number): Promise<Buffer | null> {
    return readBlobPiece(this.path(name), index, size, checksums[index]);
  }

  /** Whether it is there as it was written. */
  verify({ name, size, checksums }: BodyFile): Promise<boolean> {
    return verifyBlob(this.path(name), size, checksums);
  }

  /** Removes what no record names: a body that was being written, or whose record was dropped, when the process ended. */
  async removeOthers(isWanted: (name: string) => boolean): Promise<void> {
    for (const name of await readdir(this.directory)) {
      if (!isWanted(name)) await rm(this.path(name), { force: true, recursive: true });
    }
  }

  /** Once nothing is under way; nothing is begun any more. */
  async close(): Promise<void> {
    while (this.busy.size > 0) await Promise.all(this.busy.values());
    await this.parts.closeAll();
  }

  private async write(file: BodyFile, pieces: readonly Uint8Array[], mustSync: boolean): Promise<void> {
    file.checksums = await this.patiently(() => writeBlob(this.path(file.name), pieces, mustSync));
  }

  /** A source that was lost is found missing when the body is read, like any other. */
  private async link(file: BodyFile, source: BodyFile, mustSync: boolean): Promise<void> {
    const [path, from] = [this.path(file.name), this.path(source.name)];
    if (file === source) return mustSync ? syncBlob(path) : undefined;
    await this.parts.close(from);
    await this.patiently(() => linkBlob(from, path, mustSync));
    file.checksums = [...source.checksums];
  }

  private async writePiece(part: BodyFile, index: number, bytes: Uint8Array): Promise<void> {
    await this.patiently(() => this.parts.write(this.path(part.name), index, bytes));
    part.checksums[index] = crc32(bytes);
  }

  private async discard(name: string): Promise<void> {
    await this.parts.close(this.path(name)).catch(() => undefined);
    await rm(this.path(name), { force: true }).catch(() => undefined);
  }

  private closeLater(path: string): void {
    void this.inOrder([path.slice(this.directory.length + 1)], () => this.parts.close(path)).catch(
      () => undefined,
    );
  }

  private patiently<T>(action: () => Promise<T>): Promise<T> {
    return whileFull(action, this.pause);
  }

  private path(name: string): string {
    return join(this.directory, name);
  }

  private inOrder<T>(names: readonly string[], action: () => Promise<T>): Promise<T> {
    const before = Promise.all(names.map((name) => this.busy.get(name)));
    const done = before.then(() => this.slots.run(action));
    const ended = done
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        for (const name of names) if (this.busy.get(name) === ended) this.busy.delete(name);
      });
    for (const name of names) this.busy.set(name, ended);
    return done;
  }
}
