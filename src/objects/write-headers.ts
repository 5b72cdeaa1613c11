import type { IncomingHttpHeaders } from 'node:http';

import { Problem } from '../http/index.js';
import { type Condition, type Meta, NO_META, UNCONDITIONAL } from '../replication/index.js';
import { readTagList } from './conditional.js';

const META_PREFIX = 'object-meta-';
const MAX_META_HEADERS = 64;
const MAX_META_BYTES = 8 * 1024;
const MAX_TYPE_BYTES = 1024;

/**
 * The condition of a write, which the primary judges. Only those are taken that it can judge: to ignore another one
 * could overwrite what the client meant to spare. If-Match takes the place of If-Unmodified-Since (RFC 9110, 13.1.4).
 *
 * @throws Problem
 */
export function readCondition(headers: IncomingHttpHeaders): Condition {
  if (headers['if-unmodified-since'] !== undefined && headers['if-match'] === undefined) {
    throw new Problem('unsupported_condition', { detail: 'Use If-Match instead of If-Unmodified-Since.' });
  }
  const match = readTagList(headers, 'if-match');
  const noneMatch = readTagList(headers, 'if-none-match');
  if (noneMatch !== undefined && (noneMatch !== '*' || match !== undefined)) {
    throw new Problem('unsupported_condition', {
      detail: 'Of If-None-Match a write takes the value * only, and not together with If-Match.',
    });
  }
  if (noneMatch !== undefined) return { kind: 'absent' };
  if (match === undefined) return UNCONDITIONAL;
  if (match === '*') return { kind: 'present' };
  return { kind: 'match', etags: match.filter(({ isWeak }) => !isWeak).map(({ tag }) => tag) };
}

/** To take a PUT that does not, for one of nothing would keep nothing for a body that an old client sends behind it. */
export function tellsLength(headers: IncomingHttpHeaders): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/**
 * The content type as it was given, '' for none.
 *
 * @throws Problem
 */
export function readType(headers: IncomingHttpHeaders): string {
  const type = headers['content-type'] ?? '';
  if (type.length > MAX_TYPE_BYTES) throw new Problem('bad_content_type');
  return type;
}

/**
 * The headers `Object-Meta-<name>`, by name.
 *
 * @throws Problem
 */
export function readMeta(headers: IncomingHttpHeaders): Meta {
  const entries: [string, string][] = [];
  let bytes = 0;
  for (const name in headers) {
    if (!name.startsWith(META_PREFIX)) continue;
    const value = String(headers[name]);
    bytes += name.length - META_PREFIX.length + value.length;
    entries.push([name.slice(META_PREFIX.length), value]);
  }
  if (entries.length === 0) return NO_META;
  const isWithin =
    entries.length <= MAX_META_HEADERS && bytes <= MAX_META_BYTES && entries.every(([name]) => name !== '');
  if (!isWithin) throw new Problem('bad_meta');
  return Object.fromEntries(entries);
}

/**
 * Refuses what would be kept as something else than was meant.
 *
 * @throws Problem
 */
export function refuseTransformations(headers: IncomingHttpHeaders): void {
  if (headers['content-range'] !== undefined) throw new Problem('partial_put');
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    throw new Problem('unknown_transfer_coding');
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new Problem('unsupported_encoding', { headers: ['Accept-Encoding', 'identity'] });
}
