import { expect, test } from '@jest/globals';

import { readWish } from './cache-control.js';

test.each([
  [undefined, false, false],
  ['', false, false],
  ['no-cache', false, false],
  ['max-stale', true, false],
  ['Max-Stale=60', true, false],
  ['max-stale="60"', true, false],
  ['max-stale=0', false, false],
  ['max-stale=x', false, false],
  ['max-stale-not', false, false],
  ['only-if-cached', false, true],
  ['a="b,max-stale,only-if-cached"', false, false],
  ['a="b\\",max-stale," , only-if-cached', false, true],
  ['a=", max-stale', true, false],
  [`max-stale${' '.repeat(1024)}`, false, false],
  ['no-transform , only-if-cached,max-stale', true, true],
])('%j', (text, allowsStale, onlyHere) => {
  expect(readWish(text)).toEqual({ allowsStale, onlyHere });
});
