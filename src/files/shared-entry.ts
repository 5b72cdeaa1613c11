import type { Stats } from 'node:fs';

/** What tells whether a file is what it was, without reading it. */
export interface Stamp {
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modifiedMs: number;
  /** Also changes with its name and rights, and cannot be set. */
  readonly changedMs: number;
  readonly inode: number;
}

/** What is in a file. */
export interface Content {
  readonly size: number;
  /** The first sixteen hexadecimal digits of its SHA-256. */
  readonly digest: string;
  /** The CRC-32 of each piece; null when it is one piece, whose digest is that of the whole. */
  readonly checks: Uint32Array | null;
}

/** A file of the directory, as it was read last. */
export interface SharedEntry {
  readonly stamp: Stamp;
  readonly content: Content;
  /** The digest of what it held before it changed; null when that is not known. */
  readonly former: string | null;
  /** The ring knows what is in it, whatever became of that. */
  isTold: boolean;
  /** It was told when something else was there under its name, and became a conflict. */
  isConflict: boolean;
  /** The digest of what this server itself made of the file since then; null when it has not. */
  written: string | null;
}

export function stampOf({ size, mtimeMs, ctimeMs, ino }: Stats): Stamp {
  return { size, modifiedMs: mtimeMs, changedMs: ctimeMs, inode: ino };
}

export function isSameStamp(a: Stamp, b: Stamp): boolean {
  return (
    a.size === b.size && a.modifiedMs === b.modifiedMs && a.changedMs === b.changedMs && a.inode === b.inode
  );
}
