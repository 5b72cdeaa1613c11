import { expect, test } from '@jest/globals';

import type { Input } from './input.js';
import type { ReportedMember } from './report.js';
import type { Row } from './state.js';
import { gone, member, report, ringOfThree, round, serverTime, Steps, T0 } from './testing/fixtures.js';

const SECOND = 1000;
const ALL = ['a', 'b', 'c'];

const rowOf = ({ state }: Steps, name: string): Row => state.rows.find((row) => row.name === name)!;

test('who answers was heard now, whatever its clock says', () => {
  const ring = ringOfThree();
  expect(rowOf(ring, 'b').heardAt).toBe(T0);
  expect(rowOf(ring, 'b').figures).toMatchObject({ revision: 7, inFlight: 2, perSecond: null });
});

function heard(ageMs: number): ReportedMember[] {
  return [...['a', 'b'].map((name) => member(name)), member('c', T0, { heard: serverTime(T0 - ageMs) })];
}

test('who does not answer was heard when a member last heard it', () => {
  const told = [report('a', ALL, T0, { members: heard(700) }), report('b', ALL, T0, { members: heard(300) })];
  const ring = new Steps().take(round(T0, ...told));
  expect(rowOf(ring, 'c')).toMatchObject({ heardAt: T0 - 300, figures: null, state: 'up' });
});

test('a server that falls silent keeps the time of its last heartbeat', () => {
  const ring = ringOfThree();
  const silent = [member('a'), member('b'), member('c', T0, { heard: null })];
  ring.take(round(T0 + 9 * SECOND, report('a', ALL, T0 + 9 * SECOND, { members: silent })));
  expect(rowOf(ring, 'c').heardAt).toBe(T0);
});

function later(seconds: number, requests: number): Input {
  const at = T0 + seconds * SECOND;
  return round(at, report('a', ALL, at, { load: { requests, inFlight: 0 } }));
}

test('the rate of requests leaves out the monitor’s own, and is unknown after a restart', () => {
  const ring = ringOfThree();
  expect(rowOf(ring.take(later(2, 121)), 'a').figures?.perSecond).toBe(10);
  expect(rowOf(ring.take(later(3, 5)), 'a').figures?.perSecond).toBeNull();
});

test('an older server tells less, and is shown all the same', () => {
  const { time: _time, load: _load, gone: _gone, ...rest } = report('a', ['a', 'b']);
  const members = rest.members.map(({ heard: _heard, ...about }) => about);
  const ring = new Steps().take(round(T0, { ...rest, members }));
  expect(rowOf(ring, 'a')).toMatchObject({ heardAt: T0, figures: { requests: null, perSecond: null } });
  expect(rowOf(ring, 'b')).toMatchObject({ heardAt: null, state: 'up' });
});

test('who has gone and answers says itself what it does', () => {
  const ring = ringOfThree();
  const at = T0 + SECOND;
  const without = report('a', ['a', 'b'], at, { view: 4, gone: [gone('c', 'lost')] });
  ring.take(round(at, without, report('c', [], at, { state: 'joining', view: 0 })));
  expect(ring.rows()).toEqual(['a up', 'b up', 'c joining']);
  ring.take(round(at + SECOND, without));
  expect(rowOf(ring, 'c').goneAt).toBe(at);
});

test('a server that is back is not among those who have gone', () => {
  const ring = ringOfThree();
  ring.take(
    round(T0 + SECOND, report('a', ['a', 'b'], T0, { view: 4 })),
    round(T0 + 2 * SECOND, report('a', ALL, T0, { view: 5 })),
  );
  expect(ring.rows()).toEqual(['a up', 'b up', 'c up']);
});
