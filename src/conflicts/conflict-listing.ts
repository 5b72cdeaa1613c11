import { etagOf, type LogRecord, subjectOf, versionOf } from '../replication/index.js';

export interface ListedConflict {
  /** Of the object that it is about. */
  readonly key: string;
  /** At which it became a conflict; it tells several of one key apart. */
  readonly revision: number;
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  readonly type: string;
  /** What lost was a deletion. */
  readonly deleted: boolean;
  /** When it became a conflict, ISO 8601. */
  readonly modified: string;
  /** When its time to live is over, ISO 8601, if it has one. */
  readonly expires?: string;
  /** Names of the servers that have it, if they are named: whose file it is, or who keeps the copies. */
  readonly holders?: readonly string[];
}

export interface ConflictListing {
  readonly conflicts: readonly ListedConflict[];
  /** The `after` of the next page; null at the end. */
  readonly next: string | null;
}

const DEFAULT_TYPE = 'application/octet-stream';

/** Only a deletion has no digest: what clients store has one, also when it is empty. */
export function isDeletion({ digest }: LogRecord): boolean {
  return digest === '';
}

export function toListed(record: LogRecord): ListedConflict {
  const { key, size, type, modified, expires, holders } = record;
  return {
    key: subjectOf(key),
    revision: versionOf(record),
    etag: etagOf(record),
    size,
    type: type === '' ? DEFAULT_TYPE : type,
    deleted: isDeletion(record),
    modified: new Date(modified).toISOString(),
    ...(expires > 0 && { expires: new Date(expires).toISOString() }),
    ...(holders.length > 0 && { holders }),
  };
}
