import { expect, test } from '@jest/globals';

import { lastWord, parseLine, quoteWord } from './line.js';

const wordsOf = (line: string) => parseLine(line).words.map(({ text }) => text);

test.each([
  ['', []],
  ['   ', []],
  ['ls  a/b ', ['ls', 'a/b']],
  ['get "a b" c', ['get', 'a b', 'c']],
  ["get 'a \"b\\'", ['get', 'a "b\\']],
  [String.raw`a\ b \"c`, ['a b', '"c']],
  ['a"b c"d', ['ab cd']],
  ['put "" x', ['put', '', 'x']],
  ['日本 "語 ü"', ['日本', '語 ü']],
])('%j has the words %j', (line, words) => {
  expect(wordsOf(line)).toEqual(words);
});

test.each(['"', 'a "b', "it's", 'a \\'])('%j is not closed', (line) => {
  expect(parseLine(line).isOpen).toBe(true);
  expect(parseLine('a "b" c').isOpen).toBe(false);
});

test.each(['plain/a.b', 'a b', 'a"b', String.raw`a\b`, "it's", '', '日本', '$x', '#'])(
  '%j is one word again when it was quoted',
  (text) => {
    expect(wordsOf(`get ${quoteWord(text)} x`)).toEqual(['get', text, 'x']);
  },
);

test.each([
  ['', '', 0],
  ['ls', 'ls', 0],
  ['ls ', '', 3],
  ['ls a/', 'a/', 3],
  ['get "a b', 'a b', 4],
  ['get "a b ', 'a b ', 4],
  [String.raw`get a\ `, 'a ', 4],
])('the last word of %j is %j', (line, text, start) => {
  expect(lastWord(line)).toEqual({ text, start });
});
