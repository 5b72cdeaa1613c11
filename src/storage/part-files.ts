import { open, rm, type FileHandle } from 'node:fs/promises';

import { PIECE_BYTES } from '../replication/index.js';
import { writeAt, writeFailure } from './blob-file.js';
import { codeOf } from './storage-error.js';

/** Files that are kept open between pieces; those that got a piece last. */
export const MAX_OPEN_PARTS = 64;

/** The files of bodies that come piece by piece. For each path, a call is to end before the next one. */
export class PartFiles {
  private readonly opened = new Map<string, FileHandle>();

  /** @param idle has a path's file closed, after what is under way for it */
  constructor(private readonly idle: (path: string) => void) {}

  get openFiles(): number {
    return this.opened.size;
  }

  async write(path: string, index: number, bytes: Uint8Array): Promise<void> {
    try {
      const file = this.opened.get(path) ?? (await this.open(path, index === 0));
      this.opened.delete(path);
      this.opened.set(path, file);
      await writeAt(file, bytes, index * PIECE_BYTES);
    } catch (error) {
      throw writeFailure(error);
    }
  }

  /** No piece is expected soon. */
  async close(path: string): Promise<void> {
    const file = this.opened.get(path);
    this.opened.delete(path);
    await file?.close();
  }

  async closeAll(): Promise<void> {
    for (const path of this.opened.keys()) await this.close(path);
  }

  private async open(path: string, isFirst: boolean): Promise<FileHandle> {
    const file = await (isFirst ? openNew(path) : open(path, 'r+'));
    this.opened.set(path, file);
    if (this.opened.size > MAX_OPEN_PARTS) this.idle(this.opened.keys().next().value!);
    return file;
  }
}

/** Never into a file that is there: it may be a record's under its other name. */
async function openNew(path: string): Promise<FileHandle> {
  return open(path, 'wx').catch(async (error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
    await rm(path);
    return open(path, 'wx');
  });
}
