import { describe, expect, test } from '@jest/globals';

import { tokenIn } from './token.js';

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('the token of a request', () => {
  test.each([
    ['Bearer sesame', 'sesame'],
    ['bearer   ses+/~!=', 'ses+/~!='],
    [basic('anyone:sesame'), 'sesame'],
    [basic(':sesame'), 'sesame'],
    [basic('anyone:ses:ame'), 'ses:ame'],
    [basic('anyone:sesame').replace('Basic', 'BASIC').replaceAll('=', ''), 'sesame'],
  ])('in %s', (header, token) => {
    expect(tokenIn(header)).toBe(token);
  });

  test.each([
    '',
    'sesame',
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Digest sesame',
    'Bearersesame',
    basic('sesame'),
    basic('sesame:'),
    'Basic !',
  ])('is not in "%s"', (header) => {
    expect(tokenIn(header)).toBeUndefined();
  });
});
