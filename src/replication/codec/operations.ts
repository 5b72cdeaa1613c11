import { ALL_REPLICAS, type Condition, type Offer, type Operation, UNCONDITIONAL } from '../record.js';
import { readTexts, writeTexts } from './lists.js';
import { readMeta, writeMeta } from './meta.js';
import type { Reader } from './reader.js';
import { unreachable } from './unreachable.js';
import type { Writer } from './writer.js';

// One byte: a bit each for a delete, a digest and a body, the condition in two, a bit each for an offer and a number of copies. The others are always clear.
const DELETE = 0x01;
const HAS_DIGEST = 0x02;
const HAS_BODY = 0x04;
const CONDITION_SHIFT = 3;
const CONDITION_BITS = 3;
const IS_OFFER = 0x20;
const HAS_REPLICAS = 0x40;
const UNUSED = 0x80;

export function writeOperation(writer: Writer, operation: Operation): void {
  const { condition, digest, body, offer } = operation;
  writer.uint8(flagsOf(operation));
  writer.text(operation.key);
  if (condition.kind === 'match') writeTexts(writer, condition.etags);
  writer.text(operation.type);
  writeMeta(writer, operation.meta);
  writer.uint48(operation.size);
  if (digest !== '') writer.digest(digest);
  writer.time(operation.ttlMs);
  writer.text(operation.token);
  writer.uint48(operation.blob);
  if (offer !== null) writeOffer(writer, offer);
  if (operation.replicas !== ALL_REPLICAS) writer.uint32(operation.replicas);
  if (body !== null) writer.body(body);
}

/** The properties are made in the order of the interface, so that all operations of a process have one hidden class. */
export function readOperation(reader: Reader): Operation {
  const flags = reader.uint8();
  if ((flags & UNUSED) !== 0) throw reader.malformed(`${flags} are no flags of an operation`);
  const kind = (flags & DELETE) === 0 ? 'put' : 'delete';
  const key = reader.text();
  const condition = readCondition(reader, (flags >> CONDITION_SHIFT) & CONDITION_BITS);
  const type = reader.repeatedText();
  const meta = readMeta(reader);
  const size = reader.uint48();
  const digest = (flags & HAS_DIGEST) === 0 ? '' : reader.digest();
  const ttlMs = reader.time();
  const token = reader.text();
  const blob = reader.uint48();
  const offer = (flags & IS_OFFER) === 0 ? null : readOffer(reader);
  const replicas = (flags & HAS_REPLICAS) === 0 ? ALL_REPLICAS : reader.uint32();
  const body = (flags & HAS_BODY) === 0 ? null : reader.body();
  return { kind, key, condition, type, meta, size, digest, body, ttlMs, token, blob, offer, replicas };
}

function writeOffer(writer: Writer, { since, origin, request, isPast }: Offer): void {
  writer.uint48(since);
  writer.uint48(origin);
  writer.uint48(request);
  writer.flag(isPast);
}

function readOffer(reader: Reader): Offer {
  const since = reader.uint48();
  const origin = reader.uint48();
  const request = reader.uint48();
  const isPast = reader.flag();
  return { since, origin, request, isPast };
}

function flagsOf(operation: Operation): number {
  return (
    kindBit(operation.kind) |
    (operation.digest === '' ? 0 : HAS_DIGEST) |
    (operation.body === null ? 0 : HAS_BODY) |
    (operation.offer === null ? 0 : IS_OFFER) |
    (operation.replicas === ALL_REPLICAS ? 0 : HAS_REPLICAS) |
    (conditionCode(operation.condition) << CONDITION_SHIFT)
  );
}

function kindBit(kind: Operation['kind']): number {
  switch (kind) {
    case 'put':
      return 0;
    case 'delete':
      return DELETE;
    default:
      return unreachable(kind);
  }
}

function conditionCode(condition: Condition): number {
  switch (condition.kind) {
    case 'none':
      return 0;
    case 'absent':
      return 1;
    case 'present':
      return 2;
    case 'match':
      return 3;
    default:
      return unreachable(condition);
  }
}

function readCondition(reader: Reader, code: number): Condition {
  switch (code) {
    case 0:
      return UNCONDITIONAL;
    case 1:
      return { kind: 'absent' };
    case 2:
      return { kind: 'present' };
    default:
      return { kind: 'match', etags: readTexts(reader) };
  }
}
