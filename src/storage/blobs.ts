import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { PIECE_BYTES, type Pieces } from '../replication/index.js';
import { readBlobPiece, writeBlob } from './blob-file.js';

/** The directory of large bodies, each in a file. What is done to one file is done in order. */
export class Blobs {
  /** The end of what is under way for each name; a name is there only so long. */
  private readonly busy = new Map<string, Promise<void>>();

  private constructor(private readonly directory: string) {}

  static async open(directory: string): Promise<Blobs> {
    await mkdir(directory, { recursive: true });
    return new Blobs(directory);
  }

  /** @returns the checksums of its pieces; rejects with a WriteFailure */
  write(name: string, body: Pieces, mustSync: boolean): Promise<readonly number[]> {
    return this.inOrder(name, () => writeBlob(this.path(name), body, mustSync));
  }

  /** Asks once more whether nobody wants the file, as it may have been written again. What stays is removed at the next start. */
  async remove(name: string, isWanted: () => boolean): Promise<void> {
    await this.inOrder(name, async () => {
      if (!isWanted()) await rm(this.path(name), { force: true }).catch(() => undefined);
    });
  }

  readPiece(name: string, index: number, size: number, checksum: number | undefined): Promise<Buffer | null> {
    return readBlobPiece(this.path(name), index, size, checksum);
  }

  /** null when a part of it is missing or damaged */
  async read(name: string, size: number, checksums: readonly number[]): Promise<Pieces | null> {
    if (checksums.length !== Math.ceil(size / PIECE_BYTES)) return null;
    const pieces: Uint8Array[] = [];
    for (const [index, checksum] of checksums.entries()) {
      const piece = await this.readPiece(name, index, size, checksum);
      if (piece === null) return null;
      pieces.push(piece);
    }
    return { size, pieces };
  }

  /** Removes what no record names: a body that was being written, or whose record was dropped, when the process ended. */
  async removeOthers(isWanted: (name: string) => boolean): Promise<void> {
    for (const name of await readdir(this.directory)) {
      if (!isWanted(name)) await rm(this.path(name), { force: true, recursive: true });
    }
  }

  /** When nothing is under way. */
  async idle(): Promise<void> {
    while (this.busy.size > 0) await Promise.all(this.busy.values());
  }

  private path(name: string): string {
    return join(this.directory, name);
  }

  private inOrder<T>(name: string, action: () => Promise<T>): Promise<T> {
    const done = (this.busy.get(name) ?? Promise.resolve()).then(action);
    const ended = done
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        if (this.busy.get(name) === ended) this.busy.delete(name);
      });
    this.busy.set(name, ended);
    return done;
  }
}
