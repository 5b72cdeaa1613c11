import { expect, test } from '@jest/globals';

import { Absences } from './absences.js';
import { CallError } from './caller.js';

const ISLAND = { id: '00000000000a', name: 'north', origins: ['n'] };
const SILENT = { kind: 'failure', island: ISLAND, error: new CallError('late', 'it sleeps') } as const;

test('an absence is remembered for a second', () => {
  let now = 5;
  const absences = new Absences(() => now);
  expect(absences.get('a')).toBeUndefined();
  absences.add('a', []);
  now += 999;
  expect(absences.get('a')).toEqual([]);
  now += 1;
  expect(absences.get('a')).toBeUndefined();
});

test('one of which not all could tell is remembered for a moment, with who could not', () => {
  let now = 5;
  const absences = new Absences(() => now);
  absences.add('a', [SILENT]);
  now += 249;
  expect(absences.get('a')).toEqual([SILENT]);
  now += 1;
  expect(absences.get('a')).toBeUndefined();
});

test('of more than a thousand the oldest goes, and one or all when that is said', () => {
  const absences = new Absences(() => 0);
  const known = (...keys: readonly string[]) => keys.filter((key) => absences.get(key) !== undefined);
  for (let at = 0; at <= 1000; at++) absences.add(String(at), []);
  expect(known('0', '1', '1000')).toEqual(['1', '1000']);
  absences.add('1', []);
  absences.add('new', []);
  expect(known('1', '2', '3')).toEqual(['1', '3']);
  absences.drop('1');
  expect(known('1', '3')).toEqual(['3']);
  absences.clear();
  expect(known('3')).toEqual([]);
});
