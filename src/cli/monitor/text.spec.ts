import { expect, test } from '@jest/globals';

import { fit, fitLine, pad, paint, piece, plain } from './text.js';
import { textWidth } from '../text-width.js';

test.each([
  ['abc', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['日本', 4],
  ['👍', 2],
  ['–…', 2],
])('%s fills %d columns', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test('what is too long loses its end, and never half a character', () => {
  expect([fit('abcdef', 6), fit('abcdef', 4), fit('abc', 0)]).toEqual(['abcdef', 'abc…', '']);
  expect(fit('日本語', 4)).toBe('日…');
});

test('a cell has its width exactly', () => {
  expect([pad('ab', 4), pad('ab', 4, true), pad('日本語', 4)]).toEqual(['ab  ', '  ab', '日… ']);
});

test('a line is cut where its room ends', () => {
  const line = [piece('abc', 'bold'), piece('def'), piece('g')];
  expect(plain(fitLine(line, 7))).toBe('abcdefg');
  expect(plain(fitLine(line, 5))).toBe('abcd…');
  expect(fitLine(line, 3)).toHaveLength(1);
});

test('text of others cannot do anything to the terminal', () => {
  expect(piece('a\u001B[2Jb\n\u0085\u202Ec').text).toBe('a\uFFFD[2Jb\uFFFD\uFFFD\uFFFDc');
});

test('tones become codes, and none where there is no tone', () => {
  expect(paint([piece('a'), piece('b', 'good')])).toBe('a\u001B[32mb\u001B[0m');
});
