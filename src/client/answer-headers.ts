import type { ObjectHead, Part, Written } from './answers.js';
import { RingletError } from './error.js';
import type { Answer } from './exchange.js';

const META_PREFIX = 'object-meta-';
const REVISION_IN_TAG = /^"(\d+)-/;
const CONTENT_RANGE = /^bytes (\d+)-(\d+)\/(\d+)$/;
const PROVISIONAL = /^provisional; copies=(\d+)$/;

/** @throws RingletError `bad_answer` */
export function headOf(key: string, { status, headers }: Answer): ObjectHead {
  const notModified = status === 304;
  const etag = headers.etag ?? '';
  const modified = new Date(headers['last-modified'] ?? NaN);
  const ttl = headers['x-ttl'];
  return {
    key,
    size: notModified ? 0 : (sizeIn(headers['content-range']) ?? lengthOf(headers['content-length'])),
    type: headers['content-type'] ?? '',
    etag,
    revision: Number(headers['ringlet-revision'] ?? REVISION_IN_TAG.exec(etag)?.[1] ?? NaN),
    modified: Number.isNaN(modified.getTime()) ? null : modified,
    meta: metaIn(headers),
    ttl: ttl === undefined ? null : Number(ttl),
    notModified,
    stale: headers['ringlet-stale'] === '1',
    server: String(headers['ringlet-server']),
  };
}

/** Null when the whole object comes. @throws RingletError `bad_answer` */
export function partOf({ status, headers }: Answer): Part | null {
  if (status !== 206) return null;
  const [, start, end] = CONTENT_RANGE.exec(headers['content-range'] ?? '') ?? [];
  if (start === undefined) throw bad('its Content-Range cannot be read');
  return { start: Number(start), end: Number(end) };
}

export function writtenOf(key: string, { status, headers }: Answer): Written {
  const [, copies] = PROVISIONAL.exec(String(headers['ringlet-view'])) ?? [];
  return {
    key,
    revision: Number(headers['ringlet-revision']),
    created: status === 201,
    etag: headers.etag ?? '',
    replayed: headers['idempotency-replayed'] === 'true',
    provisionalCopies: copies === undefined ? null : Number(copies),
    server: String(headers['ringlet-server']),
  };
}

/** @throws RingletError `bad_answer` */
export function lengthOf(text: string | undefined): number {
  if (text === undefined) throw bad('it does not tell its length; a proxy may have changed it');
  return Number(text);
}

export function bad(what: string): RingletError {
  return new RingletError('refused', 'bad_answer', `The server's answer is of no use: ${what}.`);
}

function sizeIn(contentRange: string | undefined): number | undefined {
  const [, , , size] = CONTENT_RANGE.exec(contentRange ?? '') ?? [];
  return size === undefined ? undefined : Number(size);
}

function metaIn(headers: Answer['headers']): Record<string, string> {
  const named = Object.entries(headers).filter(([name]) => name.startsWith(META_PREFIX));
  return Object.fromEntries(named.map(([name, value]) => [name.slice(META_PREFIX.length), String(value)]));
}
