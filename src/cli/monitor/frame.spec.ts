import { expect, test } from '@jest/globals';

import { frameOf } from './frame.js';
import type { Happening } from './happening.js';
import { BEGINNING, type MonitorState } from './state.js';
import { plain } from './text.js';
import { textWidth } from '../text-width.js';
import { gone, member, report, ringOfThree, round, Steps, T0 } from './testing/fixtures.js';

const LOG: Happening[] = Array.from({ length: 30 }, (_, index) => ({
  kind: 'joined',
  at: T0,
  server: `n${index}`,
  view: index,
}));

function drawn(
  state: MonitorState,
  columns: number,
  rows: number,
  log: readonly Happening[] = LOG,
): string[] {
  return frameOf(state, log, T0 + 300, { columns, rows }).map(plain);
}

function ringOf(count: number, name = 'a-server'): MonitorState {
  const names = Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
  return new Steps().take(round(T0, ...names.map((one) => report(one, names)))).state;
}

test.each([
  [80, 24],
  [200, 50],
  [20, 5],
  [1, 1],
  [40, 24],
])('fills %d columns and %d rows, and no more', (columns, rows) => {
  for (const state of [BEGINNING, ringOf(1), ringOf(12), ringOf(3, '日本')]) {
    const lines = drawn(state, columns, rows);
    expect(lines).toHaveLength(rows);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
  }
});

test('a low terminal has servers before what happened', () => {
  const lines = drawn(ringOf(12), 80, 10);
  expect(lines[4]).toMatch(/^1 {2}a-server-1 /);
  expect(lines[7]).toBe('   … 9 members more');
  expect(lines[9]).toContain('joined');
});

test('80 columns have all that one needs', () => {
  const lines = drawn(ringOf(3), 80, 24);
  expect(lines[0]).toMatch(/^Ring lab {2}view 3 {2}revision 7 {2}2 objects +\d\d:\d\d:\d\d$/);
  expect(lines[3]).toBe('#  server      role      port  state  heard       age  revision  req/s  open');
  expect(lines[4]).toMatch(
    /^1 {2}a-server-1 {2}primary {3}8090 {2}up {5}\d\d:\d\d:\d\d {2}0\.3 s +7 {6}– {5}2$/,
  );
  expect(lines[5]).toMatch(/^2 {2}a-server-2 {2}backup /);
});

test('200 columns have the address and the priority as well', () => {
  const [heading, first] = drawn(ringOf(1), 200, 24).slice(3);
  expect(heading).toContain('priority  address');
  expect(first).toContain('http://a-server-1:8090');
});

test('few columns keep the name, the state and the age', () => {
  expect(drawn(ringOf(1), 30, 24)[3]).toBe('server      state    age');
});

test('the newest happenings are at the end', () => {
  const lines = drawn(ringOf(3), 80, 24);
  expect(lines.at(-1)).toBe('q ends');
  expect(lines.at(-2)).toContain('n29 is a member now (view 29)');
  expect(lines[7]).toBe('');
});

test('servers that do not fit are counted, and something of what happens is seen all the same', () => {
  const lines = drawn(ringOf(40), 80, 24);
  expect(lines[17]).toBe('   … 27 members more');
  expect(lines.at(-2)).toContain('n29');
});

test('says through whom it watches, and how much is written', () => {
  const watching = { kind: 'watching', at: T0, url: 'http://b:8090' } as const;
  const writes = { kind: 'writes', at: T0, puts: 120, deletes: 3, seconds: 1 } as const;
  const { state } = ringOfThree().take(watching, writes);
  expect(drawn(state, 80, 24)[1]).toBe('Watching through b: 3 members, 120 puts/s, 3 deletes/s');
});

test('says that no server answers, since when and why', () => {
  const { state } = ringOfThree().take(round(T0));
  expect(drawn(state, 80, 24)[1]).toMatch(
    /^No server answers since \d\d:\d\d:\d\d \(0\.3 s\): h: ECONNREFUSED$/,
  );
  expect(drawn(BEGINNING, 80, 24)[1]).toBe('Looking for a server …');
});

test('colours say what is wrong', () => {
  const members = [member('a'), member('b', T0, { state: 'suspected', heard: null })];
  const { state } = new Steps().take(
    round(T0, report('a', ['a', 'b'], T0, { members, gone: [gone('c', 'lost')] })),
  );
  const pieces = frameOf(state, [], T0 + 10_000, { columns: 80, rows: 24 }).flat();
  const tones = (text: string) => pieces.filter((piece) => piece.text === text).map(({ tone }) => tone);
  expect([tones('up'), tones('suspected'), tones('dead'), tones('10 s')]).toEqual([
    ['good'],
    ['bad'],
    ['bad'],
    ['bad'],
  ]);
});
