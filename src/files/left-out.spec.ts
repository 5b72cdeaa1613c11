import { expect, it } from '@jest/globals';

import { LeftOut } from './left-out.js';

function make() {
  const told: string[] = [];
  const leftOut = new LeftOut({ warn: (line: string) => void told.push(line) });
  const flush = () => {
    leftOut.flush();
    return told.splice(0);
  };
  return { leftOut, flush };
}

it('names each once, for each reason', () => {
  const { leftOut, flush } = make();
  leftOut.note('a\nb', 'is a link that leads outside');
  leftOut.note('a\nb', 'is a link that leads outside');
  expect(flush()).toEqual([String.raw`It is left out of FILES_DIR: "a\nb" is a link that leads outside`]);
  leftOut.note('a\nb', 'is a link that leads outside');
  expect(flush()).toEqual([]);
  leftOut.note('a\nb', 'is no regular file');
  expect(flush()).toHaveLength(1);
});

it('gives a terminal nothing to obey', () => {
  const { leftOut, flush } = make();
  leftOut.note('a\u001B[31m\u007F\u009B31m', 'is no regular file');
  expect(flush()).toEqual([
    String.raw`It is left out of FILES_DIR: "a\u001b[31m\u007f\u009b31m" is no regular file`,
  ]);
});

it('names again what was in order meanwhile', () => {
  const { leftOut, flush } = make();
  leftOut.note('a', 'is no regular file');
  leftOut.forget('a');
  leftOut.note('a', 'is no regular file');
  expect(flush()).toHaveLength(2);
});

it('counts some of many, and remembers so many', () => {
  const { leftOut, flush } = make();
  const noteAll = () => {
    for (let index = 0; index < 10_500; index++) leftOut.note(`${index}`, 'is no regular file');
  };
  noteAll();
  const told = flush();
  expect([told.length, told.at(-1)]).toEqual([21, 'It is left out of FILES_DIR: 9980 more']);
  noteAll();
  expect(flush()).toEqual([]);
});

it('forgets what a walk did not meet where it went through', () => {
  const { leftOut, flush } = make();
  for (const name of ['d/', 'd/a', 'd/b', 'da', 'e']) leftOut.note(name, 'is no regular file');
  leftOut.retain((name) => name === 'd/b', 'd');
  expect(leftOut.count).toBe(3);
  leftOut.retain((name) => ['d/b', 'e'].includes(name), '');
  expect(leftOut.count).toBe(2);
  flush();
  leftOut.note('d/a', 'is no regular file');
  expect(flush()).toHaveLength(1);
});
