import { etagOf, type LogRecord, versionOf } from '../replication/index.js';

/** The list of a bundle is an object under a key that begins so. Such objects are listed only for who asks for them by this prefix. */
export const BUNDLE_PREFIX = '.bundles/';

export interface ListedObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly type: string;
  readonly etag: string;
  readonly revision: number;
  /** ISO 8601. */
  readonly modified: string;
  /** Names of the servers that keep it. */
  readonly holders: readonly string[];
}

export interface Listing {
  readonly objects: readonly ListedObject[];
  /** The `after` of the next page; null at the end. */
  readonly next: string | null;
}

/** A page of at most `limit` objects, made of one record more than that if there are more. */
export function toListing(records: readonly LogRecord[], limit: number, holders: readonly string[]): Listing {
  const page = records.slice(0, limit);
  return {
    objects: page.map((record) => toListed(record, holders)),
    next: records.length > limit ? page.at(-1)!.key : null,
  };
}

function toListed(record: LogRecord, all: readonly string[]): ListedObject {
  const { key, size, modified, holders } = record;
  const type = record.type === '' ? 'application/octet-stream' : record.type;
  return {
    key,
    size,
    type,
    etag: etagOf(record),
    revision: versionOf(record),
    modified: new Date(modified).toISOString(),
    holders: holders.length === 0 ? all : holders,
  };
}
