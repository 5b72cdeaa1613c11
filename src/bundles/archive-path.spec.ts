import { describe, expect, test } from '@jest/globals';

import { clashIn, isSafePath } from './archive-path.js';

describe('a name inside an archive', () => {
  test.each(['a', 'a/b.c', '.hidden', 'a..b/...', 'ü/日本', ' ', 'x'.repeat(1024)])(
    'may be %.20j',
    (path) => {
      expect(isSafePath(path)).toBe(true);
    },
  );

  test.each([
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    '../a',
    'a/../b',
    'a/..',
    './a',
    'C:a',
    'c:/a',
    'a\\b',
    'a\0b',
    'a\nb',
    'a\u0085',
    '\ud800',
    'é'.repeat(513),
  ])('may not be %.20j', (path) => {
    expect(isSafePath(path)).toBe(false);
  });
});

test.each([
  [['a', 'b', 'a'], 'a'],
  [['a/b', 'a'], 'a'],
  [['a', 'a-b', 'a/b'], 'a'],
  [['x/y/z', 'x/y'], 'x/y'],
  [['bundle.json'], 'bundle.json'],
  [['bundle.json/a'], 'bundle.json'],
  [['a', 'a-b', 'a.b', 'ab', 'b/a', 'b/b', 'x/bundle.json'], undefined],
])('of %j %j cannot be beside the others', (paths, clash) => {
  expect(clashIn(paths)).toBe(clash);
});
