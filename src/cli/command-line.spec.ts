import { expect, test } from '@jest/globals';

import { RingletError, type FailureKind } from '../client/index.js';
import { toCount, toEtag, toMeta, toRevision, toSeconds } from './command-line.js';
import { fileNameOf } from './destination.js';
import { explain } from './explain.js';
import { formatTime } from './units.js';

test.each([
  [toCount, ['1', '1000'], ['0', '-1', '1.5', 'x', '']],
  [toRevision, ['0', '41'], ['-1', '1.5', 'x', '']],
  [toSeconds, ['1', '0.5'], ['0', '-1', '.', '1e3', '']],
])('%p takes %j and not %j', (parse, good, bad) => {
  for (const text of good) expect(parse(text)).toBe(Number(text));
  for (const text of bad) expect(() => parse(text)).toThrow('It is a');
});

test('an entity tag needs no quotes', () => {
  expect(['1-ab', '"1-ab"', '*', 'W/"x"'].map(toEtag)).toEqual(['"1-ab"', '"1-ab"', '*', 'W/"x"']);
  expect(() => toEtag('a b')).toThrow('It is an entity tag');
});

test('metadata is gathered', () => {
  expect(toMeta('b=2=3', toMeta('a='))).toEqual({ a: '', b: '2=3' });
  expect(() => toMeta('a')).toThrow('name and a value');
  expect(() => toMeta('=a')).toThrow('name and a value');
});

test('the last part of a key is the name of its file', () => {
  expect(['a', 'a/b.c', 'a//b'].map(fileNameOf)).toEqual(['a', 'b.c', 'b']);
  for (const key of ['a/', 'a/..', '.']) expect(() => fileNameOf(key)).toThrow('-o FILE');
});

test.each<[FailureKind, number]>([
  ['usage', 2],
  ['not-found', 3],
  ['precondition', 4],
  ['unreachable', 5],
  ['unauthorized', 1],
  ['unavailable', 1],
  ['refused', 1],
])('what is %s ends with %i', (kind, exitCode) => {
  expect(explain(new RingletError(kind, 'x', 'Why.'))).toMatchObject({ exitCode });
});

test('of a server that was tried twice, the last word is told', () => {
  const attempts = ['one', 'two.'].map((said) => ({ server: 'http://a:1', status: null, code: null, said }));
  const { message } = explain(new RingletError('unreachable', 'unreachable', '', { attempts }));
  expect(message).toBe(
    'No server can be reached (a:1: two): start one, or say where one is by --server URL.',
  );
});

test('a time is that of the place', () => {
  expect(formatTime(new Date(2026, 2, 1, 7, 5, 9).toISOString())).toBe('2026-03-01 07:05:09');
});
