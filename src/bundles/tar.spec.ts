import { expect, test } from '@jest/globals';

import { END_OF_ARCHIVE, headOf, paddingOf } from './tar.js';

const head = (path: string, size = 5) => headOf({ path, size, modified: 1_700_000_000_999 });
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

test('a short name of ASCII needs one block', () => {
  const block = head('a/b');
  expect(block).toHaveLength(512);
  expect(text(block.subarray(0, 4))).toBe('a/b\0');
  expect(text(block.subarray(100, 156))).toBe(
    '0000644\0' +
      '0000000\0' +
      '0000000\0' +
      '00000000005\0' +
      '14524770400\0' +
      text(block.subarray(148, 156)),
  );
  expect(text(block.subarray(156, 157))).toBe('0');
  expect(text(block.subarray(257, 265))).toBe('ustar\x0000');
  expect(head('x'.repeat(100))).toHaveLength(512);
});

test.each(['x'.repeat(101), 'ü', '日本/a'])('%.10s has a pax header with it before', (path) => {
  const bytes = head(path);
  expect(bytes).toHaveLength(3 * 512);
  expect(text(bytes.subarray(156, 157))).toBe('x');
  const record = bytes.subarray(512, 1024).toString().replace(/\0+$/, '');
  expect(record).toMatch(/^\d+ path=/);
  expect(record.slice(record.indexOf('=') + 1)).toBe(`${path}\n`);
  expect(Number.parseInt(record, 10)).toBe(Buffer.byteLength(record));
});

test.each(Array.from({ length: 20 }, (_, at) => at + 80).map((more) => [more]))(
  'the length of a record of about %i more counts its own digits',
  (more) => {
    const record = head('y'.repeat(more + 820))
      .subarray(512)
      .toString();
    const end = record.indexOf('\n') + 1;
    expect(Number.parseInt(record, 10)).toBe(end);
  },
);

test('a size that ustar has no room for is in a pax header', () => {
  const size = 9 * 2 ** 30;
  expect(head('a', size).subarray(512).toString()).toContain(` size=${size}\n`);
  expect(head('a', 8 * 2 ** 30 - 1)).toHaveLength(512);
});

test.each([Date.UTC(9999, 0, 1), Date.UTC(1000, 0, 1)])(
  'the time %i does not move what is behind it',
  (modified) => {
    const block = headOf({ path: 'a', size: 5, modified });
    expect(text(block.subarray(136, 148))).toMatch(/^[0-7]{11}\0$/);
    expect(text(block.subarray(156, 157))).toBe('0');
  },
);

test('files end where a block does, and archives with two blocks of zeros', () => {
  expect([0, 1, 511, 512, 513].map((size) => paddingOf(size).length)).toEqual([0, 511, 1, 0, 511]);
  expect(END_OF_ARCHIVE).toEqual(Buffer.alloc(1024));
});
