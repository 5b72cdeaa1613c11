import { describe, expect, test } from '@jest/globals';

import { readHead, readPart } from './head.js';
import { GOOD_HEADERS } from './testing/heads.js';

describe('readHead', () => {
  test('takes a fixed list of headers, and nothing else', () => {
    const { representation, size, etag } = readHead(
      {
        ...GOOD_HEADERS,
        'object-meta-by': 'me',
        'set-cookie': ['a=b'],
        location: 'http://evil',
        'access-control-allow-origin': '*',
        'ringlet-server': 'evil',
      },
      0,
    );
    expect([size, etag]).toEqual([5, '"1-a"']);
    expect(representation).toEqual([
      'ETag',
      '"1-a"',
      'Last-Modified',
      'Sun, 01 Mar 2026 12:00:00 GMT',
      'Cache-Control',
      'no-cache',
      'Accept-Ranges',
      'bytes',
      'Content-Type',
      'text/plain',
      'Object-Meta-by',
      'me',
    ]);
  });

  test.each([
    ['a, b-2', ['a', 'b-2']],
    ['a', ['a']],
    ['', []],
    ['a,b', []],
    ['a, <b>', []],
    [Array(257).fill('a').join(', '), []],
    [undefined, []],
  ])('of the holders %s it takes %j', (text, holders) => {
    expect(readHead({ ...GOOD_HEADERS, 'ringlet-holders': text }, 0).holders).toEqual(holders);
  });

  test.each([
    { 'content-length': undefined },
    { 'content-length': '-1' },
    { 'content-length': '1e3' },
    { 'content-length': '9'.repeat(16) },
    { etag: undefined },
    { etag: 'W/"1"' },
    { etag: '"1", "2"' },
    { etag: `"${'1'.repeat(300)}"` },
    { 'last-modified': 'yesterday' },
    { 'last-modified': undefined },
    { 'content-type': 'x'.repeat(2000) },
    { 'object-meta-a': 'x'.repeat(9000) },
  ])('refuses an answer with %j', (change) => {
    expect(() => readHead({ ...GOOD_HEADERS, ...change }, 0)).toThrow(
      /^(?:it |The Content-Type|There are too many)/,
    );
  });
});

const partOf = (range: string) => readPart({ ...GOOD_HEADERS, 'content-range': range });

describe('readPart', () => {
  test('is as long as it says', () => {
    expect(partOf('bytes 2-6/10')).toEqual({ first: 2, last: 6, size: 10 });
  });

  test.each(['', 'bytes 2-7/10', 'bytes 6-2/10', 'bytes 2-6/6', 'bytes 2-6/*', 'bytes */10', 'x'])(
    'refuses %j',
    (range) => {
      expect(() => partOf(range)).toThrow('its Content-Range is of no use');
    },
  );
});
