import { createHash } from 'node:crypto';

import type { FarObject } from '../objects/index.js';
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
  /** Null as well when it is of another island, whose revisions are not those of this ring. */
  readonly revision: number | null;
  /** ISO 8601. */
  readonly modified: string | null;
  /** Names of the members that keep it; of another island's, as far as it tells them. */
  readonly holders: readonly string[];
  /** The name of the other island that has it; null when it is this ring's, or missing. */
  readonly island: string | null;
  /** No island has such an object, or those that keep it are gone and this server does not have it either. */
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

/** What is told of the list of a bundle, wherever it is. */
export interface BundleList {
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

export function resolve(
  name: string,
  { etag, modified }: BundleList,
  revision: number,
  parts: readonly ResolvedPart[],
): ResolvedBundle {
  const there = parts.filter(({ missing }) => !missing);
  return {
    name,
    revision,
    etag,
    modified: new Date(modified).toISOString(),
    parts,
    size: there.reduce((sum, { size }) => sum + size!, 0),
    missing: parts.length - there.length,
  };
}

/** As they are in this ring. */
export function resolveParts({ parts }: Bundle, moment: Moment): ResolvedPart[] {
  return parts.map((part) => resolvePart(part, moment));
}

/** What is missing in this ring is taken of other islands that have it. */
export function fillParts(
  parts: readonly ResolvedPart[],
  far: ReadonlyMap<string, FarObject>,
): ResolvedPart[] {
  return parts.map((part) => {
    const object = part.missing ? far.get(part.key) : undefined;
    return object === undefined ? part : { ...part, ...tellOfFar(object) };
  });
}

/** Of the list and of all that an archive tells of each part, without its quotes. */
export function digestOf({ etag, parts }: ResolvedBundle): string {
  const versions = parts.map((part) => (part.missing ? null : [part.etag, part.revision, part.modified]));
  return createHash('sha256')
    .update(JSON.stringify([etag, ...versions]))
    .digest('hex')
    .slice(0, DIGEST_CHARACTERS);
}

function resolvePart({ key, as, quantity }: Part, moment: Moment): ResolvedPart {
  const record = moment.committed(key);
  return { key, as, quantity, ...(record?.kind === 'put' ? tellOf(record, moment) : NOTHING) };
}

type Told = Omit<ResolvedPart, keyof Part>;

const NOTHING: Told = {
  size: null,
  type: null,
  etag: null,
  revision: null,
  modified: null,
  holders: [],
  island: null,
  missing: true,
};

function tellOf(record: LogRecord, { members, full }: Moment): Told {
  const holders = record.holders.length === 0 ? full : record.holders.filter((one) => members.includes(one));
  return {
    size: record.size,
    type: record.type === '' ? DEFAULT_TYPE : record.type,
    etag: etagOf(record),
    revision: versionOf(record),
    modified: new Date(record.modified).toISOString(),
    holders,
    island: null,
    missing: holders.length === 0 && record.body === null,
  };
}

function tellOfFar({ size, type, etag, lastModified, holders, island }: FarObject): Told {
  const modified = new Date(lastModified).toISOString();
  return { size, type, etag, revision: null, modified, holders, island, missing: false };
}
