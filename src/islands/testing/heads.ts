import { type Head, readHead } from '../head.js';

/** The headers of an answer of a well-behaved island, for tests. */
export const GOOD_HEADERS = {
  'content-length': '5',
  'content-type': 'text/plain',
  etag: '"1-a"',
  'last-modified': 'Sun, 01 Mar 2026 12:00:00 GMT',
};

export function headOf(change: Partial<Head> = {}): Head {
  return { ...readHead(GOOD_HEADERS, 0), ...change };
}
