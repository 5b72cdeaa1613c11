import { etagOf, type LogRecord, versionOf } from '../replication/index.js';
import { nameOfBundle } from './bundle.js';

export interface ListedBundle {
  readonly name: string;
  readonly etag: string;
  readonly revision: number;
  /** ISO 8601. */
  readonly modified: string;
}

export interface BundleListing {
  readonly bundles: readonly ListedBundle[];
  /** The `after` of the next page; null at the end. */
  readonly next: string | null;
}

/** A page of at most `limit` bundles, made of one record more than that if there are more. */
export function toBundleListing(records: readonly LogRecord[], limit: number): BundleListing {
  const bundles = records.slice(0, limit).map((record) => ({
    name: nameOfBundle(record.key),
    etag: etagOf(record),
    revision: versionOf(record),
    modified: new Date(record.modified).toISOString(),
  }));
  return { bundles, next: records.length > limit ? bundles.at(-1)!.name : null };
}
