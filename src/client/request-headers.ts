import { randomUUID } from 'node:crypto';
import { validateHeaderName, validateHeaderValue } from 'node:http';

import { RingletError } from './error.js';
import type { DeleteOptions, GetOptions, PutOptions, Range, ReadOptions } from './options.js';

type Headers = Record<string, string>;

/** Ten years of 365 days. */
const MAX_TTL_SECONDS = 10 * 365 * 24 * 3600;
const TAG = /^(W\/)?"[^"]*"$/;
const IDEMPOTENCY_KEY = /^[ -~]{1,255}$/;

/** @throws RingletError `bad_option` */
export function readHeaders({ ifMatch, ifNoneMatch, maxStale = 0, onlyIfCached }: ReadOptions): Headers {
  const directives = [
    ...(maxStale > 0 ? [staleness(maxStale)] : []),
    ...(onlyIfCached ? ['only-if-cached'] : []),
  ];
  return checked({
    ...(ifMatch !== undefined && { 'If-Match': tags(ifMatch) }),
    ...(ifNoneMatch !== undefined && { 'If-None-Match': tags(ifNoneMatch) }),
    ...(directives.length > 0 && { 'Cache-Control': directives.join(', ') }),
  });
}

/** @throws RingletError `bad_option` */
export function getHeaders({ range, ...options }: GetOptions): Headers {
  const headers = readHeaders(options);
  return range === undefined ? headers : { ...headers, Range: `bytes=${rangeText(range)}` };
}

/** @throws RingletError `bad_option` */
export function deleteHeaders({ ifMatch, idempotencyKey = randomUUID() }: DeleteOptions): Headers {
  if (!IDEMPOTENCY_KEY.test(idempotencyKey))
    throw bad('idempotencyKey has 1 to 255 printable characters of ASCII');
  return checked({
    'Idempotency-Key': `"${idempotencyKey.replaceAll(/["\\]/g, String.raw`\$&`)}"`,
    ...(ifMatch !== undefined && { 'If-Match': tags(ifMatch) }),
  });
}

/** @throws RingletError `bad_option` */
export function putHeaders(options: PutOptions): Headers {
  const { ifNoneMatch, type, meta = {}, ttl, replicas } = options;
  const named = Object.entries(meta).map(([name, value]) => [`Object-Meta-${name}`, value]);
  return checked({
    ...deleteHeaders(options),
    ...(ifNoneMatch !== undefined && { 'If-None-Match': tags(ifNoneMatch) }),
    ...(type !== undefined && { 'Content-Type': type }),
    ...(Object.fromEntries(named) as Headers),
    ...(ttl !== undefined && { 'X-TTL': ttlText(ttl) }),
    ...(replicas !== undefined && { 'Ringlet-Replicas': countText('replicas', replicas) }),
  });
}

function tags(given: string | readonly string[]): string {
  if (given === '*') return given;
  const all = typeof given === 'string' ? [given] : given;
  for (const tag of all)
    if (!TAG.test(tag))
      throw bad(`${JSON.stringify(tag)} is no entity tag: take the etag of an answer, with its quotes, or *`);
  return all.join(', ');
}

function staleness(seconds: number): string {
  return Number.isFinite(seconds) ? `max-stale=${Math.ceil(seconds)}` : 'max-stale';
}

function rangeText(range: Range): string {
  if ('last' in range) return `-${countText('last', range.last)}`;
  const { start, end } = range;
  const isRange =
    Number.isSafeInteger(start) &&
    start >= 0 &&
    (end === undefined || (Number.isSafeInteger(end) && end >= start));
  if (!isRange) throw bad('a range is from a start to an end that is not before it, in whole bytes');
  return `${start}-${end ?? ''}`;
}

function ttlText(seconds: number): string {
  if (!(seconds > 0 && seconds <= MAX_TTL_SECONDS))
    throw bad('ttl is a number of seconds above 0 and up to ten years');
  return Math.max(seconds, 0.001).toFixed(3);
}

function countText(name: string, count: number): string {
  if (!Number.isSafeInteger(count) || count < 1) throw bad(`${name} is a whole number of at least 1`);
  return String(count);
}

/** What cannot be sent as a header is found before anything is sent. */
export function checked(headers: Headers): Headers {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (error) {
      throw bad(`${name} cannot be sent as a header (${(error as Error).message})`);
    }
  }
  return headers;
}

function bad(what: string): RingletError {
  return new RingletError('usage', 'bad_option', `The call was not made: ${what}.`);
}
