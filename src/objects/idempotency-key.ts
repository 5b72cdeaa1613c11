import type { IncomingHttpHeaders } from 'node:http';

import { Problem } from '../http/index.js';

const MAX_CHARACTERS = 255;
/** A string of structured fields (RFC 9651, 3.3.3): printable ASCII, quotes and backslashes escaped. */
const STRING = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
/** What clients send that do not quote: UUIDs, numbers, Base64. */
const BARE = /^[\w.~!#$%&'*+^`|:/=-]+$/;

/**
 * The key by which a request that is sent again is known (draft-ietf-httpapi-idempotency-key-header), '' for none. It is the
 * same with and without quotes.
 *
 * @throws Problem
 */
export function readIdempotencyKey(headers: IncomingHttpHeaders): string {
  const text = headers['idempotency-key'] as string | undefined;
  if (text === undefined) return '';
  const key = STRING.exec(text)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? BARE.exec(text)?.[0] ?? '';
  if (key === '' || key.length > MAX_CHARACTERS) throw new Problem('bad_idempotency_key');
  return key;
}
