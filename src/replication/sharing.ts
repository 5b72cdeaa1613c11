import { subjectOf } from './conflicts.js';
import { asConflict, make, placeRecord, type Head, type Request } from './numbering.js';
import {
  EVERYONE,
  holds,
  IN_DIRECTORY,
  PIECE_BYTES,
  type LogRecord,
  type Operation,
  type Pieces,
} from './record.js';

/**
 * The primary's judgement of a file that a server has in its directory, given the newest version of its key. A put says that the file is
 * there, a delete that it is not any more. What is somebody else's is never replaced: a put of other content becomes a conflict, unless
 * its condition names the present version, of which the file was a copy before it was changed.
 *
 * @param owner the lasting name of the server; undefined when it is not in the view
 */
export function share(
  operation: Operation,
  newest: LogRecord | undefined,
  owner: string | undefined,
  head: Head & Request,
): LogRecord {
  if (owner === undefined) return needless(operation, head);
  const present = newest?.kind === 'put' ? newest : undefined;
  if (operation.kind === 'delete') return withdraw(operation, present, owner, head);
  if (present !== undefined && isSame(operation, present)) return join(operation, present, owner, head);
  const judged = { refusal: null, replaced: present !== undefined, of: 0, holders: [owner] };
  if (present === undefined || mayReplace(operation, present, owner))
    return make('put', operation, head, judged);
  return make('put', asConflict(operation, head), head, { ...judged, replaced: false });
}

/** Where a file is that this server shares. */
export function fileOf({ key, digest, size }: LogRecord): Pieces {
  const count = Math.max(1, Math.ceil(size / PIECE_BYTES));
  const stored = { kind: 'file', key: subjectOf(key), digest } as const;
  return { size, pieces: Array.from({ length: count }, () => null), stored };
}

function isSame({ digest, size }: Operation, present: LogRecord): boolean {
  return present.digest === digest && present.size === size;
}

function mayReplace({ condition }: Operation, present: LogRecord, owner: string): boolean {
  const isOwn = present.replicas === IN_DIRECTORY && present.holders.every((name) => name === owner);
  return isOwn || (condition.kind === 'match' && holds(condition, present));
}

/** The same file in several directories is one object with several holders. */
function join(operation: Operation, present: LogRecord, owner: string, head: Head & Request): LogRecord {
  const { replicas, holders } = present;
  if (replicas !== IN_DIRECTORY || holders.includes(owner)) return needless(operation, head);
  return placeRecord(head, present, [...holders, owner]);
}

function withdraw(
  operation: Operation,
  present: LogRecord | undefined,
  owner: string,
  head: Head & Request,
): LogRecord {
  const isOwn = present?.replicas === IN_DIRECTORY && present.holders.includes(owner);
  if (!isOwn || present.digest !== operation.digest) return needless(operation, head);
  const others = present.holders.filter((name) => name !== owner);
  if (others.length > 0) return placeRecord(head, present, others);
  return make('expire', operation, head, { refusal: null, replaced: true, of: 0, holders: EVERYONE });
}

function needless(operation: Operation, head: Head & Request): LogRecord {
  return make('refusal', operation, head, { refusal: 'needless', replaced: false, of: 0, holders: EVERYONE });
}
