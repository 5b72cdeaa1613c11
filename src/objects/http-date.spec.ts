import { expect, test } from '@jest/globals';

import { parseHttpDate } from './http-date.js';

const NOW = Date.UTC(2026, 0, 1);
const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);

test.each([
  ['Sun, 06 Nov 1994 08:49:37 GMT', EXAMPLE],
  ['Sunday, 06-Nov-94 08:49:37 GMT', EXAMPLE],
  ['Sun Nov  6 08:49:37 1994', EXAMPLE],
  ['Thursday, 01-Jan-76 00:00:00 GMT', Date.UTC(2076, 0, 1)],
  ['Saturday, 01-Jan-77 00:00:00 GMT', Date.UTC(1977, 0, 1)],
  ['Sat, 31 Dec 2016 23:59:60 GMT', Date.UTC(2017, 0, 1)],
  ['Mon, 29 Feb 2016 00:00:00 GMT', Date.UTC(2016, 1, 29)],
  [new Date(NOW).toUTCString(), NOW],
])('%j is a date', (text, time) => {
  expect(parseHttpDate(text, NOW)).toBe(time);
});

test.each([
  '',
  'yesterday',
  '1994-11-06T08:49:37Z',
  'Sun, 6 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:37 UTC',
  'Sun, 06 Nov 1994 24:00:00 GMT',
  'Sun, 31 Feb 1994 08:49:37 GMT',
  'Wed, 29 Feb 2017 00:00:00 GMT',
  'Sun, 06 Nov 0094 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:61 GMT',
  'Sun, 06 Foo 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:37 GMT, Mon',
])('%j is none', (text) => {
  expect(parseHttpDate(text, NOW)).toBeUndefined();
});
