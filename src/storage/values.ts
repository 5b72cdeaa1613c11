import { crc32 } from 'node:zlib';

import { decodeRecord, encodeRecord } from '../replication/codec/index.js';
import { inlineBody, ORDINARY, type Fact, type LogRecord } from '../replication/index.js';
import { TREES, type Tree } from './tables.js';

/*
 * A value begins with a CRC-32 of its tree's place, its key and the rest, so that a value under another's key is noticed,
 * and a byte for its form. A record with a large body has the checksums of the body's pieces, after their number, before it.
 */
const CHECKSUM_BYTES = 4;
const HEAD_BYTES = CHECKSUM_BYTES + 1;
const PLAIN = 1;
const WITH_PIECES = 2;

/** A record as it is on disk: a large body is in a file of its own, with these checksums. */
export interface StoredRecord {
  /** Its body is null where `pieces` is not. */
  readonly record: LogRecord;
  /** The CRC-32 of each piece of its large body. */
  readonly pieces: readonly number[] | null;
}

/** @param pieces the checksums of the pieces of its body, if that is large */
export function encodeRecordValue(
  tree: Tree,
  key: Uint8Array,
  record: LogRecord,
  pieces: readonly number[] | null,
): Buffer {
  const bytes = encodeRecord(record, inlineBody(record.body));
  if (pieces === null) return seal(tree, key, PLAIN, [bytes]);
  const checksums = Buffer.allocUnsafe(4 + 4 * pieces.length);
  checksums.writeUInt32BE(pieces.length);
  pieces.forEach((checksum, index) => checksums.writeUInt32BE(checksum, 4 + 4 * index));
  return seal(tree, key, WITH_PIECES, [checksums, bytes]);
}

/** null for a value that is not as it was written */
export function decodeRecordValue(tree: Tree, key: Uint8Array, value: Buffer): StoredRecord | null {
  const form = openSeal(tree, key, value);
  if (form === null) return null;
  return readable(() => {
    if (form === PLAIN) return { record: decodeRecord(value.subarray(HEAD_BYTES)), pieces: null };
    if (form !== WITH_PIECES) return null;
    const pieces = readChecksums(value);
    const start = HEAD_BYTES + 4 + 4 * pieces.length;
    return { record: decodeRecord(value.subarray(start)), pieces };
  });
}

export function encodeFactValue(key: Uint8Array, fact: Fact): Buffer {
  return seal('facts', key, PLAIN, [Buffer.from(JSON.stringify(fact))]);
}

export function decodeFactValue(key: Uint8Array, value: Buffer): Fact | null {
  if (openSeal('facts', key, value) !== PLAIN) return null;
  return readable(() => JSON.parse(value.toString('utf8', HEAD_BYTES), withRole) as Fact);
}

/** Versions up to 6 of the protocol knew ordinary servers only, and said nothing of it. */
function withRole(_: string, value: unknown): unknown {
  const isServer = typeof value === 'object' && value !== null && 'durable' in value;
  return isServer ? { ...ORDINARY, ...value } : value;
}

function readChecksums(value: Buffer): number[] {
  const count = value.readUInt32BE(HEAD_BYTES);
  return Array.from({ length: count }, (_, index) => value.readUInt32BE(HEAD_BYTES + 4 + 4 * index));
}

function seal(tree: Tree, key: Uint8Array, form: number, parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat([Buffer.alloc(HEAD_BYTES), ...parts]);
  value[CHECKSUM_BYTES] = form;
  value.writeUInt32BE(checksumOf(tree, key, value));
  return value;
}

/** The value's form; null when its checksum does not match. */
function openSeal(tree: Tree, key: Uint8Array, value: Buffer): number | null {
  if (value.length < HEAD_BYTES || value.readUInt32BE() !== checksumOf(tree, key, value)) return null;
  return value[CHECKSUM_BYTES]!;
}

function checksumOf(tree: Tree, key: Uint8Array, value: Buffer): number {
  const place = crc32(Uint8Array.of(TREES.indexOf(tree)));
  return crc32(value.subarray(CHECKSUM_BYTES), crc32(key, place));
}

/** Bytes with a right checksum can still be of a version of the codec that reads them otherwise. */
function readable<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
