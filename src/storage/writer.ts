import type { BatchBuilder } from './batch.js';
import type { Tree } from './tables.js';

/** Where batches are written: the database, or what a spec puts in its place. */
export interface Writer {
  /**
   * Makes a batch's operations together. Resolves when the operating system has them, and with `mustSync` when the disk
   * has. Rejects with a WriteFailure and has changed nothing then, unless the disk failed.
   */
  commit(batch: BatchBuilder, mustSync: boolean): Promise<void>;
  /** Brings all that was committed to the disk. */
  sync(): Promise<void>;
  read(tree: Tree, key: Uint8Array): Promise<Buffer | null>;
  /** Bytes that can be written without taking more of the disk, about. */
  reusableBytes(): Promise<number>;
  close(): Promise<void>;
}

export class WriteFailure extends Error {
  override readonly name = 'WriteFailure';

  /** @param isFull nothing is wrong but that there is no space: the same may be tried again later */
  constructor(
    message: string,
    readonly isFull: boolean,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

const ENOSPC = 28;
const EDQUOT = 122;
const MDB_MAP_FULL = -30792;
const FULL: ReadonlySet<unknown> = new Set([ENOSPC, EDQUOT, MDB_MAP_FULL, 'ENOSPC', 'EDQUOT']);

/** The numbers are LMDB's, the words those of Node's file system. */
export function isFullCode(code: unknown): boolean {
  return FULL.has(code);
}
