import { createHash } from 'node:crypto';

import { etagOf, type LogRecord, versionOf } from '../replication/index.js';
import type { Bundle, Part } from './bundle.js';

const DEFAULT_TYPE = 'application/octet-stream';
const DIGEST_CHARACTERS = 32;

/** A part and where it is. What is told of the object is null when there is none. */
export interface ResolvedPart extends Part {
  /** Bytes of one. */
  readonly size: number | null;
  readonly type: string | null;
  readonly etag: string | null;
  readonly revision: number | null;
  /** ISO 8601. */
  readonly modified: string | null;
  /** Names of the members that keep it. */
  readonly holders: readonly string[];
  /** There is no such object, or those that keep it are gone and this server does not have it either. */
  readonly missing: boolean;
}

/** A bundle and all its parts, as they are at one moment. */
export interface ResolvedBundle {
  readonly name: string;
  /** Everything up to it is taken into account, and nothing behind it. */
  readonly revision: number;
  /** Of the list itself, for conditions of writes. */
  readonly etag: string;
  /** When the list was written, ISO 8601. */
  readonly modified: string;
  readonly parts: readonly ResolvedPart[];
  /** Bytes of one of each part that is there. */
  readonly size: number;
  /** How many parts are missing. */
  readonly missing: number;
}

/** What a bundle is resolved against; all of it is of one moment. */
export interface Moment {
  readonly revision: number;
  committed(key: string): LogRecord | undefined;
  /** Names of all members. */
  readonly members: readonly string[];
  /** Names of those that keep every object of which nothing else is said. */
  readonly full: readonly string[];
}

export function resolve(name: string, record: LogRecord, bundle: Bundle, moment: Moment): ResolvedBundle {
  const parts = resolveParts(bundle, moment);
  const here = parts.filter(({ missing }) => !missing);
  return {
    name,
    revision: moment.revision,
    etag: etagOf(record),
    modified: new Date(record.modified).toISOString(),
    parts,
    size: here.reduce((sum, { size }) => sum + size!, 0),
    missing: parts.length - here.length,
  };
}

export function resolveParts({ parts }: Bundle, moment: Moment): ResolvedPart[] {
  return parts.map((part) => resolvePart(part, moment));
}

/** Of the list and of each version that it comes to, without its quotes. */
export function digestOf({ etag, parts }: ResolvedBundle): string {
  const tags = parts.map((part) => (part.missing ? null : part.etag));
  return createHash('sha256')
    .update(JSON.stringify([etag, ...tags]))
    .digest('hex')
    .slice(0, DIGEST_CHARACTERS);
}

function resolvePart({ key, as, quantity }: Part, { committed, members, full }: Moment): ResolvedPart {
  const record = committed(key);
  if (record?.kind !== 'put') {
    const nothing = { size: null, type: null, etag: null, revision: null, modified: null };
    return { key, as, quantity, ...nothing, holders: [], missing: true };
  }
  const holders = record.holders.length === 0 ? full : record.holders.filter((one) => members.includes(one));
  return {
    key,
    as,
    quantity,
    size: record.size,
    type: record.type === '' ? DEFAULT_TYPE : record.type,
    etag: etagOf(record),
    revision: versionOf(record),
    modified: new Date(record.modified).toISOString(),
    holders,
    missing: holders.length === 0 && record.body === null,
  };
}
