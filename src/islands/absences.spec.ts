import { expect, test } from '@jest/globals';

import { Absences } from './absences.js';

test('an absence is remembered for a second', () => {
  let now = 5;
  const absences = new Absences(() => now);
  expect(absences.has('a')).toBe(false);
  absences.add('a');
  now += 999;
  expect(absences.has('a')).toBe(true);
  now += 1;
  expect(absences.has('a')).toBe(false);
});

test('of more than a thousand the oldest goes, and all when they are cleared', () => {
  const absences = new Absences(() => 0);
  for (let at = 0; at <= 1000; at++) absences.add(String(at));
  expect([absences.has('0'), absences.has('1'), absences.has('1000')]).toEqual([false, true, true]);
  absences.add('1');
  absences.add('new');
  expect([absences.has('1'), absences.has('2')]).toEqual([true, false]);
  absences.clear();
  expect(absences.has('1')).toBe(false);
});
