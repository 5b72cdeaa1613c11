import { expect, test } from '@jest/globals';

import { History } from './history.js';
import { historyOf, record } from './testing/fixtures.js';

function keysOf(history: History): string[] {
  const keys: string[] = [];
  for (let at = history.start + 1; at <= history.last; at++) keys.push(history.keyAt(at));
  return keys;
}

test('has every revision above its start', () => {
  const history = historyOf(3);
  expect([history.start, history.last]).toEqual([0, 3]);
  expect(keysOf(history)).toEqual(['k1', 'k2', 'k3']);
  const { kind, revision, size, digest } = record(2);
  expect(history.changeAt(2)).toMatchObject({
    kind,
    revision,
    size,
    digest,
    key: 'k2',
    type: '',
    modified: 0,
  });
});

test('forgets the oldest beyond its number', () => {
  const history = historyOf(25, 10);
  expect([history.start, history.last]).toEqual([15, 25]);
  expect(keysOf(history)).toEqual(Array.from({ length: 10 }, (_, index) => `k${index + 16}`));
});

test('forgets the oldest beyond its bytes, by the length of keys and types', () => {
  const history = new History({ historyRecords: 100, historyBytes: 5000 });
  history.append(record(1, { key: 'x'.repeat(1000) }));
  history.append(record(2, { type: 'x'.repeat(1000) }));
  expect(history.start).toBe(0);
  history.append(record(3, { key: 'x'.repeat(1000) }));
  expect(history.start).toBe(1);
  for (let revision = 4; revision <= 100; revision++) history.append(record(revision));
  expect(history.start).toBeGreaterThan(50);
  expect(history.start).toBeLessThan(80);
});

test('a revision that changed nothing has no key, also where another was before', () => {
  const history = historyOf(10, 10);
  history.append(record(11, { kind: 'refusal', key: 'refused' }));
  history.append(record(12, { kind: 'floor', key: '' }));
  expect(keysOf(history).slice(-2)).toEqual(['', '']);
  expect(history.start).toBe(2);
});

test('what is told again is passed over', () => {
  const history = historyOf(3);
  history.append(record(2, { key: 'again' }));
  expect(history.last).toBe(3);
  expect(history.keyAt(2)).toBe('k2');
});

test.each([
  ['after the present one', 50],
  ['before the present one', 2],
])('starts over at a revision %s', (_where, revision) => {
  const history = historyOf(5);
  history.restart(revision);
  expect([history.start, history.last, history.restarts]).toEqual([revision, revision, 1]);
  history.append(record(revision + 1));
  expect(keysOf(history)).toEqual([`k${revision + 1}`]);
});

test('starts over by itself where revisions are missing', () => {
  const history = historyOf(5);
  history.append(record(9));
  expect([history.start, history.last, history.restarts]).toEqual([8, 9, 1]);
});
