import { describe, expect, test } from '@jest/globals';

import { readTtl, showTtl } from './time-to-live.js';

describe('a time to live', () => {
  test('is for ever when nothing is said', () => {
    expect(readTtl({})).toBe(0);
  });

  test.each([
    ['1', 1000],
    ['0.5', 500],
    ['00.0015', 2],
    ['0.0000001', 1],
    ['315360000', 315_360_000_000],
  ])('of %s s is %d ms', (text, ms) => {
    expect(readTtl({ 'x-ttl': text })).toBe(ms);
  });

  const words = ['', ' 1', '1, 2', '0x10', 'Infinity', 'NaN', 'ever'];
  const numbers = ['0', '0.000', '-1', '+1', '1e3', '.5', '5.', '315360000.001'];
  const long = ['9'.repeat(400), `1.${'0'.repeat(40)}`];
  test.each([words, numbers, long].flat())('of %j is refused', (given) => {
    expect(() => readTtl({ 'x-ttl': given })).toThrow(expect.objectContaining({ code: 'bad_ttl' }));
  });

  test.each([
    [2000, 500, '1.5'],
    [2000.4, 1999, '0.001'],
    [2000, 2001, '0'],
    [61_000, 1000, '60'],
  ])('that ends at %d has at %d %s s left', (expires, now, text) => {
    expect(showTtl(expires, now)).toBe(text);
  });
});
