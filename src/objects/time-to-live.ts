import type { IncomingHttpHeaders } from 'node:http';

import { Problem } from '../http/index.js';

/** Ten years of 365 days. */
const MAX_SECONDS = 10 * 365 * 24 * 3600;
const SECOND_MS = 1000;
const MAX_CHARACTERS = 32;
const SECONDS = /^\d+(\.\d+)?$/;

/**
 * The milliseconds that `X-TTL` gives an object to live, 0 for ever.
 *
 * @throws Problem
 */
export function readTtl(headers: IncomingHttpHeaders): number {
  const text = headers['x-ttl'] as string | undefined;
  if (text === undefined) return 0;
  const seconds = text.length <= MAX_CHARACTERS && SECONDS.test(text) ? Number(text) : 0;
  if (!(seconds > 0 && seconds <= MAX_SECONDS)) throw new Problem('bad_ttl');
  return Math.max(1, Math.round(seconds * SECOND_MS));
}

/**
 * What is left, in seconds. This server's clock may be ahead of that of the primary, which decides when the object goes: until
 * then there is nothing left, but never less.
 */
export function showTtl(expires: number, now: number): string {
  return String(Math.max(0, Math.round(expires - now)) / SECOND_MS);
}
