import type { Table } from '../replication/index.js';

/** The trees in the database. Their places in this list are part of the format on disk: checksums cover them. */
export const TREES = ['facts', 'records', 'done', 'offers'] as const;
export type Tree = (typeof TREES)[number];

export const TABLES: readonly Table[] = ['records', 'done', 'offers'];

/** A revision has 48 bits; the two bytes before it are 0. Keys are compared as bytes, so big endian sorts them. */
const KEY_BYTES = 8;

export function keyOfRevision(revision: number): Buffer {
  const key = Buffer.alloc(KEY_BYTES);
  key.writeUIntBE(revision, 2, 6);
  return key;
}

/** null for bytes that are no key of a record */
export function revisionOfKey(key: Buffer): number | null {
  if (key.length !== KEY_BYTES || key.readUInt16BE(0) !== 0) return null;
  return key.readUIntBE(2, 6);
}
