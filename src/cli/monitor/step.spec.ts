import { beforeEach, describe, expect, test } from '@jest/globals';

import type { MemberEvent, WatchEvent } from '../../client/index.js';
import type { Input } from './input.js';
import { BEGINNING } from './state.js';
import { step } from './step.js';
import { gone, member, report, ringOfThree, round, Steps, T0, urlOf } from './testing/fixtures.js';

const SECOND = 1000;
const ALL = ['a', 'b', 'c'];

let ring: Steps;
beforeEach(() => {
  ring = ringOfThree();
  ring.news();
});

function event(fields: object, at = T0 + SECOND): Input {
  return { kind: 'event', at, event: { id: 7, ...fields } as WatchEvent };
}

function ofMember(type: MemberEvent['type'], server: string, view: number, reason?: string): Input {
  return event({ type, server, url: urlOf(server), view, reason });
}

/** `names` are the members, and all of them answer. */
function later(names: readonly string[], view: number, more = {}, seconds = 2): Input {
  const at = T0 + seconds * SECOND;
  return round(at, ...names.map((name) => report(name, names, at, { view, ...more })));
}

describe('the ring at first', () => {
  test('is told once, and not as if everybody had joined', () => {
    const first = ringOfThree();
    expect(first.news()).toEqual(['ring lab 3 a a,b,c 7']);
    expect(first.take(later(ALL, 3)).news()).toEqual([]);
    expect(first.rows()).toEqual(['a up', 'b up', 'c up']);
    expect(first.state).toMatchObject({ contact: 'ok', primary: 'a', revision: 7, objects: 2 });
  });

  test('shows who has gone a moment ago, and not who went long ago', () => {
    const left = [gone('y', 'leaving', T0 - 5 * SECOND), gone('z', 'lost', T0 - 90 * SECOND)];
    const { state } = step(BEGINNING, round(T0, report('a', ['a'], T0, { gone: left })));
    expect(state.rows.map(({ name, state: its, goneAt }) => [name, its, goneAt])).toEqual([
      ['a', 'up', null],
      ['y', 'left', T0 - 5 * SECOND],
    ]);
  });
});

describe('a death of the primary', () => {
  const death = [ofMember('left', 'a', 4, 'lost'), ofMember('promoted', 'b', 4)];
  const told = ['left a 4 lost', 'promoted b 4'];

  test('that events tell is told at once, and once', () => {
    expect(ring.take(...death).news()).toEqual(told);
    expect(ring.state.primary).toBe('b');
    expect(ring.take(...death, later(['b', 'c'], 4)).news()).toEqual([]);
    expect(ring.rows()).toEqual(['b up', 'c up', 'a dead']);
  });

  test('that only reports tell is the same, and events that come after them tell nothing more', () => {
    expect(ring.take(later(['b', 'c'], 4, { gone: [gone('a', 'lost')] })).news()).toEqual(told);
    expect(ring.take(...death).news()).toEqual([]);
  });

  test('is not undone by a server that is late', () => {
    ring.take(...death, later(['b', 'c'], 4));
    ring.news();
    for (const seconds of [3, 4]) ring.take(later(ALL, 3, {}, seconds));
    expect([ring.news(), ring.rows()]).toEqual([[], ['b up', 'c up', 'a dead']]);
  });

  test('is shown for a minute', () => {
    ring.take(later(['b', 'c'], 4, {}, 2), later(['b', 'c'], 4, {}, 61));
    expect(ring.rows()).toHaveLength(3);
    expect(ring.take(later(['b', 'c'], 4, {}, 62)).rows()).toEqual(['b up', 'c up']);
  });
});

test('an earlier view that lasts is what there is: the ring was founded anew', () => {
  ring.take(later(['x'], 1, {}, 2), later(['x'], 1, {}, 3));
  expect(ring.news()).toEqual([]);
  expect(ring.take(later(['x'], 1, {}, 4)).news()).toEqual([
    'left a 1 unknown',
    'left b 1 unknown',
    'left c 1 unknown',
    'joined x 1',
    'promoted x 1',
  ]);
});

test('a reboot is a departure and an arrival, whichever tells it', () => {
  const events = [ofMember('left', 'c', 4, 'lost'), ofMember('joined', 'c', 5)];
  const anew = [member('a'), member('b'), member('c', T0, { id: 'another' })];
  const reports = later(ALL, 5, { members: anew });
  expect(ringOfThree().take(reports).news().slice(1)).toEqual(['left c 5 unknown', 'joined c 5']);
  expect(ring.take(...events).news()).toEqual(['left c 4 lost', 'joined c 5']);
  expect(ring.take(reports).news()).toEqual(['filled c']);
  expect(ring.rows()).toEqual(['a up', 'b up', 'c up']);
});

test('who leaves is told from who died', () => {
  expect(ring.take(ofMember('left', 'c', 4, 'leaving')).news()).toEqual(['left c 4 leaving']);
  expect(ring.rows()).toEqual(['a up', 'b up', 'c left']);
});

describe('a suspicion', () => {
  const suspected = ofMember('suspected', 'c', 3, 'silent');
  const cannotReach = [member('a'), member('b'), member('c', T0, { state: 'suspected' })];

  test('is told once while it lasts, and when it is over', () => {
    expect(ring.take(suspected, suspected).news()).toEqual(['suspected c silent']);
    const b = report('b', ALL, T0 + SECOND, { members: cannotReach });
    expect(ring.take(round(T0 + SECOND, report('a', ALL), b)).news()).toEqual([]);
    expect(ring.rows()).toEqual(['a up', 'b up', 'c suspected']);
    expect(ring.take(later(ALL, 3)).news()).toEqual(['cleared c']);
  });

  test('counts whoever has it', () => {
    const b = report('b', ALL, T0 + SECOND, { members: cannotReach });
    ring.take(round(T0 + SECOND, report('a', ALL), b));
    expect(ring.news()).toEqual(['suspected c another member cannot reach it']);
  });
});

test('no server answers: it is told once, and when one is back', () => {
  ring.take(round(T0 + SECOND), round(T0 + 2 * SECOND));
  expect(ring.news()).toEqual(['unreachable h: ECONNREFUSED']);
  expect(ring.state).toMatchObject({ contact: 'lost', contactSince: T0 + SECOND });
  ring.take(later(['b', 'c'], 4, {}, 11));
  expect(ring.news()).toEqual(['reachable 10', 'left a 4 unknown', 'promoted b 4']);
});

test('servers that are in no ring yet are no ring', () => {
  const joining = report('a', [], T0 + SECOND, { state: 'joining', view: 0 });
  expect(step(BEGINNING, round(T0, joining))).toMatchObject({
    state: { contact: 'outside' },
    happenings: [],
  });
  ring.take(round(T0 + SECOND, joining));
  expect([ring.state.contact, ring.news()]).toEqual(['outside', []]);
});

test('of two sides the one counts that most are in', () => {
  const alone = report('c', ['c'], T0 + SECOND, { view: 9, provisional: true });
  const most = ['a', 'b'].map((name) => report(name, ['a', 'b'], T0 + SECOND, { view: 4 }));
  ring.take(round(T0 + SECOND, alone, ...most));
  expect(ring.rows()).toEqual(['a up', 'b up', 'c apart']);
  expect(ring.take(later(['a', 'b'], 5, { provisional: true })).news()).toContain('provisional true 5');
});

function watching(url: string): Input {
  return { kind: 'watching', at: T0, url };
}

test('who watches through whom is told, with the name once it is known', () => {
  ring.take(watching('http://a:8090'), watching('http://b:8090/'), watching('http://new:1'));
  expect(ring.news()).toEqual([
    'watching a http://a:8090 ',
    'watching b http://b:8090/ a',
    'watching new:1 http://new:1 b',
  ]);
});

test('who watches before the ring is known is told with the ring', () => {
  const steps = new Steps().take(watching('http://a:8090'));
  expect(steps.news()).toEqual([]);
  expect(steps.take(round(T0, report('a', ['a', 'b']))).news()).toEqual([
    expect.stringMatching(/^ring /),
    'watching a http://a:8090 ',
  ]);
});

function writes(puts: number, deletes: number): Input {
  return { kind: 'writes', at: T0, puts, deletes, seconds: 2 };
}

test('writes are rates, and nothing is told where there are none', () => {
  expect(ring.take(writes(0, 0)).news()).toEqual([]);
  expect(ring.take(writes(30, 1)).news()).toEqual(['writes 30 1 2']);
  expect(ring.state).toMatchObject({ putsPerSecond: 15, deletesPerSecond: 0.5 });
});

test('conflicts, merging and gaps are told as they come', () => {
  ring.take(
    event({ type: 'conflict', key: 'k', revision: 8, deleted: false }),
    event({ type: 'settled', key: 'k', revision: 9, of: 8 }),
    event({ type: 'merging', count: 3 }),
    event({ type: 'merged' }),
    event({ type: 'gap', revision: 9 }),
    event({ type: 'heartbeat', revision: 9 }),
  );
  expect(ring.news()).toEqual(['conflict k 8 false', 'settled k 8', 'merging 3', 'merged ', 'gap 9']);
});
