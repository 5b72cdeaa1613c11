import { expect, test } from '@jest/globals';

import { fitText, harmless, textWidth } from './text-width.js';

test.each([
  ['', 0],
  ['plain', 5],
  ['ünï', 3],
  ['u\u0308', 1],
  ['日本', 4],
  ['ｱｲ', 2],
  ['ＡＢ', 4],
  ['한국', 4],
  ['🎉', 2],
  ['👩‍👩‍👧', 2],
  ['❤️', 2],
  ['a\u200Bb', 2],
])('%j fills %i columns', (text, columns) => {
  expect(textWidth(text)).toBe(columns);
});

test.each([
  ['abcdefghij', 10, 'abcdefghij'],
  ['abcdefghij', 9, 'abcd…ghij'],
  ['abcdefghij', 4, 'a…ij'],
  ['abcdefghij', 1, '…'],
  ['日本語日本語', 7, '日本…語'],
  ['a🎉b🎉c🎉d', 5, 'a🎉…d'],
])('%j in %i columns is %j', (text, columns, fitting) => {
  expect(fitText(text, columns)).toBe(fitting);
  expect(textWidth(fitText(text, columns))).toBeLessThanOrEqual(columns);
});

test('what would disturb a terminal is shown as something else', () => {
  expect(harmless('a\u202Eb\u001B[31mc\nd é 日')).toBe('a\uFFFDb\uFFFD[31mc\uFFFDd é 日');
});
