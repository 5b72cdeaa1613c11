import type { Validators } from './conditional.js';
import { parseTag } from './entity-tags.js';
import { parseHttpDate } from './http-date.js';

/** Which bytes of an object are asked for; `last` is one of them. */
export type Range =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly first: number; readonly last: number }
  | { readonly kind: 'unsatisfiable' };

const WHOLE: Range = { kind: 'whole' };
const UNSATISFIABLE: Range = { kind: 'unsatisfiable' };
const SINGLE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;
const SECOND_MS = 1000;

/**
 * Reads a Range header for an object of `size` bytes (RFC 9110, 14.2). What is malformed, of another unit, or of several
 * parts is answered with the whole object, as the RFC allows.
 */
export function parseRange(text: string, size: number): Range {
  const [, first = '', last = ''] = SINGLE.exec(text) ?? [];
  if (first === '') return last === '' ? WHOLE : suffix(Number(last), size);
  const from = Number(first);
  const to = last === '' ? Number.POSITIVE_INFINITY : Number(last);
  if (to < from) return WHOLE;
  if (from >= size) return UNSATISFIABLE;
  return { kind: 'part', first: from, last: Math.min(to, size - 1) };
}

/** The last bytes; all of them when there are fewer. */
function suffix(count: number, size: number): Range {
  if (count === 0) return UNSATISFIABLE;
  if (size === 0) return WHOLE;
  return { kind: 'part', first: Math.max(0, size - count), last: size - 1 };
}

/**
 * Whether the part that the client has is of the present version (RFC 9110, 13.1.5). A weak tag never says so, and a
 * date only when its second is over, since the object may have changed twice within it.
 */
export function allowsRange(ifRange: string | undefined, validators: Validators, now: number): boolean {
  if (ifRange === undefined) return true;
  const tag = parseTag(ifRange);
  if (tag !== undefined) return !tag.isWeak && tag.tag === validators.etag;
  const date = parseHttpDate(ifRange, now);
  return date === validators.lastModified && now - date >= SECOND_MS;
}
