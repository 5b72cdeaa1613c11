import { conflictKey, isConflict, subjectOf } from './conflicts.js';
import {
  ALL_REPLICAS,
  EVERYONE,
  holds,
  NO_META,
  NO_OPERATION,
  type LogRecord,
  type Meta,
  type Operation,
  type RecordKind,
  type RefusalReason,
  versionOf,
} from './record.js';

export type Head = Pick<LogRecord, 'revision' | 'modified'>;
export type Request = Pick<LogRecord, 'origin' | 'request'>;

/** What an offer is judged against, beside the newest version of its key. */
export interface Ring {
  /** Tombstones up to here are gone: who finds nothing does not know whether something was deleted. */
  readonly floor: number;
  /** The request that is offered was numbered here as well. */
  readonly hasRequest: boolean;
}

/**
 * The primary's judgement: what becomes of an operation, given the newest version of its key and, when its
 * Idempotency-Key was seen before, what became of it then.
 *
 * @param holders the names of those that would keep its body
 */
export function number(
  operation: Operation,
  newest: LogRecord | undefined,
  earlier: LogRecord | undefined,
  head: Head & Request,
  holders = EVERYONE,
): LogRecord {
  if (earlier) return again(operation, earlier, head);
  const present = newest !== undefined && newest.kind === 'put';
  const refusal = refuse(operation, newest, present);
  const kind: RecordKind = refusal ? 'refusal' : operation.kind;
  return make(kind, operation, head, { refusal, replaced: present, of: 0, holders });
}

/**
 * The primary's judgement of what was written apart from the ring, given what both had in common: a three-way merge. What the
 * ring did not touch since then is taken; where it has something else by now, that stays, and the other is kept as a conflict.
 */
export function merge(
  operation: Operation,
  newest: LogRecord | undefined,
  earlier: LogRecord | undefined,
  ring: Ring,
  head: Head & Request,
  holders = EVERYONE,
): LogRecord {
  if (earlier) return repeat(operation, earlier, head);
  const { since, isPast, origin } = operation.offer!;
  const present = newest !== undefined && newest.kind === 'put';
  // To list a conflict again that may have been settled does no harm.
  const isKnownAbsent = since >= ring.floor || isConflict(operation.key);
  const isUntouched = newest === undefined ? isKnownAbsent : versionOf(newest) <= since;
  // The end of a time to live is nobody's loss.
  const isVain = origin === 0 && !isUntouched;
  const isNeedless = isPast || isVain || ring.hasRequest || isAlike(operation, newest);
  const judged = { replaced: present, of: 0, holders };
  if (isNeedless) return make('refusal', operation, head, { ...judged, refusal: 'needless' });
  if (isUntouched) return make(operation.kind, operation, head, { ...judged, refusal: null });
  return make('put', asConflict(operation, head), head, { refusal: null, replaced: false, of: 0, holders });
}

/** The record by which everyone drops the tombstones up to `floor`. */
export function floorRecord(head: Head, floor: number): LogRecord {
  return { ...ownRecord('floor', '', head), floor };
}

/** The record by which an object's time to live ends. */
export function expireRecord(head: Head, key: string): LogRecord {
  return { ...ownRecord('expire', key, head), replaced: true };
}

/** The record by which a conflict goes for which there is no room any more. */
export function dropRecord(head: Head, key: string): LogRecord {
  return { ...ownRecord('delete', key, head), replaced: true };
}

/** The record by which these servers keep the body of the object's present version from then on. */
export function placeRecord(
  head: Head & Partial<Request>,
  version: LogRecord,
  holders: readonly string[],
): LogRecord {
  const record = ownRecord('place', version.key, head);
  return { ...record, replaced: true, of: versionOf(version), holders };
}

/** The version that a `place` is about, once that is committed. */
export function placedAs(version: LogRecord, { revision, of, holders }: LogRecord): LogRecord {
  return { ...version, revision, of, holders, blob: 0 };
}

/** What the client is told of a record: of a repeated request, what it was told before. What was offered in vain had been done. */
export function resultOf(record: LogRecord): LogRecord {
  if (record.kind !== 'repeat') return record;
  const isRefused = record.refusal !== null && record.refusal !== 'needless';
  const kind = isRefused ? 'refusal' : record.digest === '' ? 'delete' : 'put';
  return { ...record, kind, revision: record.of };
}

/** Whether the ring has the very same, or lacks it all the same. */
function isAlike({ kind, type, meta, digest }: Operation, newest: LogRecord | undefined): boolean {
  if (kind === 'delete') return newest === undefined || newest.kind !== 'put';
  return (
    newest?.kind === 'put' && newest.digest === digest && newest.type === type && isSame(newest.meta, meta)
  );
}

function isSame(a: Meta, b: Meta): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** An object of its own. That of a deletion is empty, and has no digest. */
export function asConflict(operation: Operation, { revision }: Head): Operation {
  return { ...operation, key: conflictKey(subjectOf(operation.key), revision), ttlMs: 0 };
}

/** The same request, by key and body, gets the same answer; another one is a mistake of the client. */
function again(operation: Operation, earlier: LogRecord, head: Head & Request): LogRecord {
  const isRepeated = subjectOf(earlier.key) === operation.key && earlier.digest === operation.digest;
  if (isRepeated) return repeat(operation, earlier, head);
  return make('refusal', operation, head, { refusal: 'reused', replaced: false, of: 0, holders: EVERYONE });
}

function repeat(operation: Operation, earlier: LogRecord, head: Head & Request): LogRecord {
  const { replaced, revision } = earlier;
  const refusal = isConflict(earlier.key) ? 'needless' : earlier.refusal;
  return make('repeat', operation, head, { refusal, replaced, of: revision, holders: EVERYONE });
}

/** A record that no client asked for, unless the head names the request. */
function ownRecord(kind: RecordKind, key: string, head: Head & Partial<Request>): LogRecord {
  return make(kind, { ...NO_OPERATION, key }, { origin: 0, request: 0, ...head }, NOTHING_JUDGED);
}

/** All records are made here, with their properties in one order, so that they share one hidden class. */
export function make(
  kind: RecordKind,
  operation: Operation,
  head: Head & Request,
  judged: Pick<LogRecord, 'refusal' | 'replaced' | 'of' | 'holders'>,
): LogRecord {
  const isPut = kind === 'put';
  return {
    revision: head.revision,
    origin: head.origin,
    request: head.request,
    kind,
    key: operation.key,
    modified: head.modified,
    type: isPut ? operation.type : '',
    meta: isPut ? operation.meta : NO_META,
    size: isPut ? operation.size : 0,
    digest: isPut || operation.token !== '' ? operation.digest : '',
    body: isPut ? operation.body : null,
    replaced: judged.replaced,
    refusal: judged.refusal,
    floor: 0,
    expires: isPut && operation.ttlMs > 0 ? head.modified + operation.ttlMs : 0,
    token: operation.token,
    of: judged.of,
    blob: operation.blob,
    replicas: isPut ? operation.replicas : ALL_REPLICAS,
    holders: isPut ? judged.holders : EVERYONE,
  };
}

const NOTHING_JUDGED = { refusal: null, replaced: false, of: 0, holders: EVERYONE } as const;

/** A failed condition comes before an absent object, so that If-Match on nothing is 412 (RFC 9110, 13.1.1). */
function refuse(operation: Operation, newest: LogRecord | undefined, present: boolean): RefusalReason | null {
  if (!holds(operation.condition, newest)) return 'precondition';
  return operation.kind === 'delete' && !present ? 'absent' : null;
}
