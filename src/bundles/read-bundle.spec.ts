import { expect, test } from '@jest/globals';

import { MOST_PARTS, readBundle, renderBundle } from './read-bundle.js';

const read = (value: unknown) => readBundle(Buffer.from(JSON.stringify(value)));
const readPart = (part: unknown) => read({ parts: [{ key: 'first' }, part] });

test('a part is one of its key unless more is said, and what is kept reads the same', () => {
  const bundle = read({ parts: [{ key: 'a/ü' }, { key: '../b', as: 'b', quantity: 1_000_000 }] });
  expect(bundle).toEqual({
    parts: [
      { key: 'a/ü', quantity: 1, as: 'a/ü' },
      { key: '../b', quantity: 1_000_000, as: 'b' },
    ],
  });
  expect(readBundle(renderBundle(bundle))).toEqual(bundle);
});

test('there are up to a thousand parts', () => {
  const parts = Array.from({ length: MOST_PARTS }, (_, at) => ({ key: `k${at}` }));
  expect(read({ parts }).parts).toHaveLength(MOST_PARTS);
  expect(() => read({ parts: [...parts, { key: 'more' }] })).toThrow(
    'Parts must be a list of 1 to 1000 parts.',
  );
});

test.each([
  [{ key: '' }, /^Parts\[1\]\.key must be a text/],
  [{}, /\.key must be a text/],
  [{ key: 7 }, /\.key must be a text/],
  [{ key: 'a\u0000', as: 'a' }, /\.key must be a text/],
  [{ key: '\ud800', as: 'a' }, /\.key must be a text/],
  [{ key: 'é'.repeat(513), as: 'a' }, /\.key must be a text/],
  [{ key: '../a' }, /\.as must be a relative path/],
  [{ key: 'a', as: null }, /\.as must be a relative path/],
  [{ key: 'a', as: ['a'] }, /\.as must be a relative path/],
  [{ key: 'a', quantity: 0 }, /\.quantity must be a whole number from 1 to 1000000/],
  [{ key: 'a', quantity: 1_000_001 }, /\.quantity must/],
  [{ key: 'a', quantity: 1.5 }, /\.quantity must/],
  [{ key: 'a', quantity: '2' }, /\.quantity must/],
  [{ key: 'a', quantity: null }, /\.quantity must/],
  [{ key: 'a', colour: 'red' }, /^Parts\[1\] has "colour", which is none of key, quantity, as\.$/],
  ['a', /^Parts\[1\] must be an object/],
  [['a'], /^Parts\[1\] must be an object/],
  [null, /^Parts\[1\] must be an object/],
  [{ key: 'first' }, /^"first" cannot be in an archive twice/],
])('%j is no part', (part, complaint) => {
  expect(() => readPart(part)).toThrow(expect.objectContaining({ code: 'bad_bundle' }));
  expect(() => readPart(part)).toThrow(complaint);
});

test.each([
  '',
  '{',
  '[]',
  'null',
  '"a"',
  '{}',
  '{"parts":{}}',
  '{"parts":[]}',
  '{"parts":[{"key":"a"}],"x":1}',
])('%j is no bundle', (text) => {
  expect(() => readBundle(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'bad_bundle' }));
});

test('names that mean something in JavaScript are as unknown as others, and depth does no harm', () => {
  const text = '{"parts":[{"key":"a","__proto__":{"quantity":5}}]}';
  expect(() => readBundle(Buffer.from(text))).toThrow('"__proto__"');
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  expect(() => readBundle(Buffer.from(`{"parts":[{"key":${deep}}]}`))).toThrow('must be a text');
});

test('bytes that are no UTF-8 are no bundle', () => {
  expect(() => readBundle(Buffer.from('{"parts":[{"key":"\xff"}]}', 'latin1'))).toThrow('It is no JSON.');
});
