import { open, rm, type FileHandle } from 'node:fs/promises';

import { PIECE_BYTES } from '../replication/index.js';
import { writeAt, writeFailure } from './blob-file.js';
import { codeOf, messageOf } from './storage-error.js';
import { WriteFailure } from './writer.js';

/** Files that are kept open between pieces; those that got a piece last. */
export const MAX_OPEN_PARTS = 64;

/** So little is left to do when a record takes a part over, for which all that is saved after it waits. */
export const SYNC_EVERY_BYTES = 8 * 2 ** 20;

interface OpenPart {
  readonly file: FileHandle;
  unsyncedBytes: number;
  syncing: Promise<void> | null;
}

/** The files of bodies that come piece by piece. For each path, a call is to end before the next one. */
export class PartFiles {
  private readonly opened = new Map<string, OpenPart>();
  /** A second sync would not tell what the first one lost. */
  private failure: WriteFailure | null = null;

  /**
   * @param syncs whether they are brought to the disk as they grow
   * @param idle has a path's file closed, after what is under way for it
   */
  constructor(
    private readonly syncs: boolean,
    private readonly idle: (path: string) => void,
  ) {}

  get openFiles(): number {
    return this.opened.size;
  }

  async write(path: string, index: number, bytes: Uint8Array): Promise<void> {
    if (this.failure !== null) throw this.failure;
    try {
      const part = this.opened.get(path) ?? (await this.open(path, index === 0));
      this.opened.delete(path);
      this.opened.set(path, part);
      await writeAt(part.file, bytes, index * PIECE_BYTES);
      if (this.syncs) this.note(part, bytes.length);
    } catch (error) {
      throw writeFailure(error);
    }
  }

  /** No piece is expected soon. Rejects with a WriteFailure when something was lost on its way to the disk. */
  async close(path: string): Promise<void> {
    const part = this.opened.get(path);
    this.opened.delete(path);
    await part?.syncing;
    await part?.file.close();
    if (this.failure !== null) throw this.failure;
  }

  async closeAll(): Promise<void> {
    for (const path of this.opened.keys()) await this.close(path).catch(() => undefined);
  }

  private note(part: OpenPart, bytes: number): void {
    part.unsyncedBytes += bytes;
    if (part.unsyncedBytes < SYNC_EVERY_BYTES || part.syncing !== null) return;
    part.unsyncedBytes = 0;
    part.syncing = part.file
      .datasync()
      .catch((error: unknown) => {
        this.failure ??= new WriteFailure(messageOf(error), false);
      })
      .finally(() => {
        part.syncing = null;
      });
  }

  private async open(path: string, isFirst: boolean): Promise<OpenPart> {
    const file = await (isFirst ? openNew(path) : open(path, 'r+'));
    const part = { file, unsyncedBytes: 0, syncing: null };
    this.opened.set(path, part);
    if (this.opened.size > MAX_OPEN_PARTS) this.idle(this.opened.keys().next().value!);
    return part;
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
