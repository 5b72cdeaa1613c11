import type { IncomingHttpHeaders } from 'node:http';

import { Problem } from '../http/index.js';
import { matchesStrongly, matchesWeakly, parseTagList, type TagList } from './entity-tags.js';
import { parseHttpDate } from './http-date.js';

/** What conditions are judged against. */
export interface Validators {
  readonly etag: string;
  /** Last-Modified in milliseconds since the epoch, in whole seconds as it is sent. */
  readonly lastModified: number;
}

export type Verdict = 'send' | 'not-modified' | 'failed';

/** Whether a read has any condition, so that the usual one is spared the judgement. */
export function isConditional(headers: IncomingHttpHeaders): boolean {
  return (
    headers['if-none-match'] !== undefined ||
    headers['if-modified-since'] !== undefined ||
    headers['if-match'] !== undefined ||
    headers['if-unmodified-since'] !== undefined
  );
}

/**
 * Judges the conditions of a GET or HEAD for an object that is there, in the order of RFC 9110, 13.2.2: entity tags
 * before dates, and the conditions that may fail before those that save a transfer. A date that is none is ignored.
 *
 * @throws Problem when a list of entity tags cannot be read
 */
export function judgeRead(headers: IncomingHttpHeaders, validators: Validators, now: number): Verdict {
  if (!passes(headers, validators, now)) return 'failed';
  return isFresh(headers, validators, now) ? 'not-modified' : 'send';
}

/** @throws Problem */
export function readTagList(
  headers: IncomingHttpHeaders,
  name: 'if-match' | 'if-none-match',
): TagList | undefined {
  const text = headers[name];
  if (text === undefined) return undefined;
  const list = parseTagList(text);
  if (list === undefined) throw new Problem('bad_condition', { detail: `${name}: ${text}` });
  return list;
}

function passes(headers: IncomingHttpHeaders, { etag, lastModified }: Validators, now: number): boolean {
  const list = readTagList(headers, 'if-match');
  if (list !== undefined) return matchesStrongly(list, etag);
  const since = readDate(headers['if-unmodified-since'], now);
  return since === undefined || lastModified <= since;
}

function isFresh(headers: IncomingHttpHeaders, { etag, lastModified }: Validators, now: number): boolean {
  const list = readTagList(headers, 'if-none-match');
  if (list !== undefined) return matchesWeakly(list, etag);
  const since = readDate(headers['if-modified-since'], now);
  return since !== undefined && lastModified <= since;
}

function readDate(text: string | undefined, now: number): number | undefined {
  return text === undefined ? undefined : parseHttpDate(text, now);
}
