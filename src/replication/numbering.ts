import {
  holds,
  NO_META,
  type LogRecord,
  type Operation,
  type RecordKind,
  type RefusalReason,
} from './record.js';

type Head = Pick<LogRecord, 'revision' | 'origin' | 'request' | 'modified'>;

/** The primary's judgement: what becomes of an operation, given the newest version of its key. */
export function number(operation: Operation, newest: LogRecord | undefined, head: Head): LogRecord {
  const present = newest !== undefined && newest.kind === 'put';
  const refusal = refuse(operation, newest, present);
  const kind: RecordKind = refusal ? 'refusal' : operation.kind;
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
    digest: isPut ? operation.digest : '',
    body: isPut ? operation.body : null,
    replaced: present,
    refusal,
    floor: 0,
  };
}

/** The record by which everyone drops the tombstones up to `floor`. */
export function floorRecord(revision: number, modified: number, floor: number): LogRecord {
  return {
    revision,
    origin: 0,
    request: 0,
    kind: 'floor',
    key: '',
    modified,
    type: '',
    meta: NO_META,
    size: 0,
    digest: '',
    body: null,
    replaced: false,
    refusal: null,
    floor,
  };
}

/** A failed condition comes before an absent object, so that If-Match on nothing is 412 (RFC 9110, 13.1.1). */
function refuse(operation: Operation, newest: LogRecord | undefined, present: boolean): RefusalReason | null {
  if (!holds(operation.condition, newest)) return 'precondition';
  return operation.kind === 'delete' && !present ? 'absent' : null;
}
