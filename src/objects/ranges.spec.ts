import { describe, expect, test } from '@jest/globals';

import { allowsRange, parseRange } from './ranges.js';

const show = (text: string, size: number): string => {
  const range = parseRange(text, size);
  return range.kind === 'part' ? `${range.first}-${range.last}` : range.kind;
};

describe('a range', () => {
  test.each([
    ['bytes=0-0', 10, '0-0'],
    ['bytes=2-5', 10, '2-5'],
    ['bytes=2-', 10, '2-9'],
    ['bytes=9-', 10, '9-9'],
    ['bytes=-3', 10, '7-9'],
    ['bytes=-30', 10, '0-9'],
    ['bytes=5-99', 10, '5-9'],
    ['bytes=0-99999999999999999999999999', 10, '0-9'],
    ['Bytes= 0-1 ', 10, '0-1'],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=10-12', 10, 'unsatisfiable'],
    ['bytes=99999999999999999999999999-', 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-1', 0, 'whole'],
    ['bytes=5-2', 10, 'whole'],
    ['bytes=-', 10, 'whole'],
    ['bytes=', 10, 'whole'],
    ['bytes=a-b', 10, 'whole'],
    ['bytes=0-1,3-4', 10, 'whole'],
    ['lines=0-1', 10, 'whole'],
    ['0-1', 10, 'whole'],
  ])('%j of %d bytes', (text, size, expected) => {
    expect(show(text, size)).toBe(expected);
  });
});

describe('If-Range', () => {
  const AT = Date.UTC(2020, 0, 2);
  const VALIDATORS = { etag: '"1-a"', lastModified: AT };
  const LATER = AT + 5000;

  test.each([
    [undefined, LATER, true],
    ['"1-a"', LATER, true],
    ['W/"1-a"', LATER, false],
    ['"x"', LATER, false],
    ['nonsense', LATER, false],
    [new Date(AT).toUTCString(), LATER, true],
    [new Date(AT).toUTCString(), AT + 999, false],
    [new Date(AT + 1000).toUTCString(), LATER, false],
  ])('%j', (ifRange, now, allowed) => {
    expect(allowsRange(ifRange, VALIDATORS, now)).toBe(allowed);
  });
});
