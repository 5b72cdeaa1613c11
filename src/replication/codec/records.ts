import {
  ALL_REPLICAS,
  EVERYONE,
  inlineBody,
  type LogRecord,
  type RecordKind,
  type RefusalReason,
} from '../record.js';
import { readTexts, writeTexts } from './lists.js';
import { readMeta, writeMeta } from './meta.js';
import type { Reader } from './reader.js';
import { unreachable } from './unreachable.js';
import type { Writer } from './writer.js';

/** Bytes of the smallest record. */
export const MIN_RECORD_BYTES = 68;

// One byte: the kind in three bits, then a bit each. Another one for the refusal.
const KINDS: readonly RecordKind[] = ['put', 'delete', 'refusal', 'floor', 'expire', 'repeat', 'place'];
const REFUSALS: readonly (RefusalReason | null)[] = [null, 'precondition', 'absent', 'reused', 'needless'];
const KIND_BITS = 0x07;
const REPLACED = 0x10;
const HAS_DIGEST = 0x20;
const HAS_BODY = 0x40;
const HAS_COPIES = 0x80;
const UNUSED = 0x08;

/** @param body what goes with the record: null leaves the body out */
export function writeRecord(writer: Writer, record: LogRecord, body: Uint8Array | null): void {
  writer.uint8(flagsOf(record, body));
  writer.uint8(refusalCode(record.refusal));
  writer.uint48(record.revision);
  writer.uint48(record.origin);
  writer.uint48(record.request);
  writer.text(record.key);
  writer.time(record.modified);
  writer.text(record.type);
  writeMeta(writer, record.meta);
  writer.uint48(record.size);
  if (record.digest !== '') writer.digest(record.digest);
  writer.uint48(record.floor);
  writer.time(record.expires);
  writer.text(record.token);
  writer.uint48(record.of);
  writer.uint48(record.blob);
  if (hasCopies(record)) writeCopies(writer, record);
  if (body !== null) writer.body(body);
}

/** The properties are made in the order of the interface, so that all records of a process have one hidden class. */
export function readRecord(reader: Reader): LogRecord {
  const flags = reader.uint8();
  const refusal = REFUSALS[reader.uint8()];
  const kind = KINDS[flags & KIND_BITS];
  if (refusal === undefined || kind === undefined || (flags & UNUSED) !== 0)
    throw reader.malformed(`${flags} are no flags of a record, or it has no such refusal`);
  const revision = reader.uint48();
  const origin = reader.uint48();
  const request = reader.uint48();
  const key = reader.text();
  const modified = reader.time();
  const type = reader.repeatedText();
  const meta = readMeta(reader);
  const size = reader.uint48();
  const digest = (flags & HAS_DIGEST) === 0 ? '' : reader.digest();
  const floor = reader.uint48();
  const expires = reader.time();
  const token = reader.text();
  const of = reader.uint48();
  const blob = reader.uint48();
  const isLimited = (flags & HAS_COPIES) !== 0;
  const replicas = isLimited ? reader.uint32() : ALL_REPLICAS;
  const holders = isLimited ? readTexts(reader) : EVERYONE;
  const body = (flags & HAS_BODY) === 0 ? null : reader.body();
  const replaced = (flags & REPLACED) !== 0;
  return {
    revision,
    origin,
    request,
    kind,
    key,
    modified,
    type,
    meta,
    size,
    digest,
    body,
    replaced,
    refusal,
    floor,
    expires,
    token,
    of,
    blob,
    replicas,
    holders,
  };
}

function writeCopies(writer: Writer, { replicas, holders }: LogRecord): void {
  writer.uint32(replicas);
  writeTexts(writer, holders);
}

function hasCopies({ replicas, holders }: LogRecord): boolean {
  return replicas !== ALL_REPLICAS || holders.length > 0;
}

/** Records with their bodies, unless those are large, after their number. */
export function writeRecords(writer: Writer, records: readonly LogRecord[]): void {
  writer.uint32(records.length);
  for (const record of records) writeRecord(writer, record, inlineBody(record.body));
}

export function readRecords(reader: Reader): LogRecord[] {
  const count = reader.checked(reader.uint32(), MIN_RECORD_BYTES);
  const records: LogRecord[] = [];
  for (let i = 0; i < count; i++) records.push(readRecord(reader));
  return records;
}

function flagsOf(record: LogRecord, body: Uint8Array | null): number {
  return (
    kindCode(record.kind) |
    (record.replaced ? REPLACED : 0) |
    (record.digest === '' ? 0 : HAS_DIGEST) |
    (body === null ? 0 : HAS_BODY) |
    (hasCopies(record) ? HAS_COPIES : 0)
  );
}

function kindCode(kind: RecordKind): number {
  switch (kind) {
    case 'put':
      return 0;
    case 'delete':
      return 1;
    case 'refusal':
      return 2;
    case 'floor':
      return 3;
    case 'expire':
      return 4;
    case 'repeat':
      return 5;
    case 'place':
      return 6;
    default:
      return unreachable(kind);
  }
}

function refusalCode(refusal: RefusalReason | null): number {
  switch (refusal) {
    case null:
      return 0;
    case 'precondition':
      return 1;
    case 'absent':
      return 2;
    case 'reused':
      return 3;
    case 'needless':
      return 4;
    default:
      return unreachable(refusal);
  }
}
