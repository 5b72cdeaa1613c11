import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Message, StatePart } from './messages.js';
import { NewcomerSide } from './newcomer.js';
import type { Step } from './saved.js';
import {
  EMPTY_DISK,
  Station,
  joinOf,
  record,
  server,
  statePart as part,
  viewOf,
} from './testing/fixtures.js';
import type { View } from './view.js';

const SUSPECT_MS = 1000;
const VIEW = viewOf([1, 4]);
const NEXT = server(2);
const [USHER, OTHER] = [70, 71];

let station: Station;
let newcomer: NewcomerSide;
let renewals: number;
/** Laps that went on. */
let passed: View[];
/** The views that the ring went through to which it gave up its own. */
let surrendered: (readonly Step[])[];

function newcomerOf({ state, links }: Station): NewcomerSide {
  return new NewcomerSide(state, links, {
    renew: () => void renewals++,
    surrender: (history) => void surrendered.push(history),
  });
}

function commit(): void {
  newcomer.commit(VIEW, () => void passed.push(VIEW));
}

/** Two members dial it. */
function dialled(): void {
  station.links.accepted(USHER, server(4), station.state.now);
  station.links.accepted(OTHER, server(5), station.state.now);
}

/** It reaches the server that it is told to reach. */
function reach(): number {
  return station.connect(NEXT);
}

/** What it says to a part of the state. */
function answers(link: number, message: StatePart): Message[] {
  station.sent();
  newcomer.receive(link, message);
  return station.messages();
}

/** It has the state up to this part. */
function has(last: number): Message[] {
  return [{ kind: 'state-answer', part: last }];
}

beforeEach(() => {
  station = new Station(9, null);
  renewals = 0;
  passed = [];
  surrendered = [];
  newcomer = newcomerOf(station);
  newcomer.start(['r1', 'r2', 'r9', 'r1']);
  dialled();
});

const rest = { watermark: 2, floor: 1, origins: [[4, 6]] as [number, number][] };

describe('A newcomer that asks', () => {
  it('asks one address after the other, not its own, and begins again after a pause', () => {
    const targets: (string | null)[] = [];
    for (let turn = 0; turn < 3; turn++) {
      targets.push(newcomer.target);
      newcomer.failed('r1');
      newcomer.failed('r2');
      newcomer.failed('r2');
      if (newcomer.target === null) station.wait(250);
    }
    expect(targets).toEqual(['r1', 'r1', 'r1']);
    newcomer.failed('r1');
    expect(newcomer.target).toBe('r2');
    newcomer.failed('r2');
    expect(newcomer.target).toBeNull();
  });

  it('says who it is', () => {
    const link = station.connect(server(1));
    newcomer.linked('r2', link);
    newcomer.linked('r1', link);
    expect(station.sent()).toEqual([{ link, message: joinOf(server(9)) }]);
  });

  it.each([
    ['hangs up', (link: number) => newcomer.closed(link)],
    ['refuses', () => newcomer.failed('r1')],
    ['says nothing', () => (station.wait(2 * SUSPECT_MS + 1), newcomer.tick())],
  ])('asks the next one when the first %s', (_, fail) => {
    const link = station.connect(server(1));
    newcomer.linked('r1', link);
    fail(link);
    expect(newcomer.target).toBe('r2');
  });
});

describe('A newcomer that is taken in', () => {
  beforeEach(() => void reach());

  it('takes the state from the first that sends it, and asks nobody any more', () => {
    expect(answers(USHER, part(1, { records: [record(1)] }))).toEqual(has(1));
    expect(answers(OTHER, part(1, { records: [record(9)] }))).toEqual([]);
    expect([newcomer.target, newcomer.isUsher(USHER), newcomer.isUsher(OTHER)]).toEqual([null, true, false]);
    expect(station.state.catalogue.newestCommitted).toBe(1);
  });

  it('does not begin in the middle', () => {
    expect(answers(USHER, part(2))).toEqual([]);
    expect(newcomer.target).toBe('r1');
  });

  it('has what the other has: records, marks, origins, the log', () => {
    newcomer.receive(
      USHER,
      part(1, { records: [record(1, { key: 'a' }), record(2, { key: 'b', kind: 'delete' })] }),
    );
    newcomer.receive(USHER, part(2, { rest }));
    newcomer.receive(USHER, part(3, { log: [record(3, { key: 'a', origin: 4, request: 7 })] }));
    const { catalogue, origins } = station.state;
    expect([catalogue.watermark, catalogue.last, catalogue.floor]).toEqual([2, 3, 1]);
    expect([catalogue.get('a')!.revision, catalogue.newest('a')!.revision]).toEqual([1, 3]);
    expect(origins.lastOf(4)).toBe(7);
  });

  it('knows the requests that were done, committed or not', () => {
    newcomer.receive(USHER, part(1, { rest }));
    newcomer.receive(USHER, part(2, { done: [record(1, { token: 't' })] }));
    newcomer.receive(USHER, part(3, { done: [record(2, { token: 'u' })] }));
    newcomer.receive(USHER, part(4, { log: [record(3, { token: 'v' })] }));
    const { idempotency } = station.state;
    expect(['t', 'u', 'v'].map((token) => idempotency.find(token)?.revision)).toEqual([1, 2, 3]);
    newcomer.receive(USHER, part(1));
    expect(station.state.idempotency.find('t')).toBeUndefined();
  });

  it.each([
    ['a part twice', 2],
    ['a part before those that come first', 4],
  ])('does not take %s, and starts over', (_, wrong) => {
    newcomer.receive(USHER, part(1, { records: [record(1)] }));
    newcomer.receive(USHER, part(2, { records: [record(2)] }));
    expect(answers(USHER, part(wrong, { records: [record(3)] }))).toEqual([]);
    expect([newcomer.isUsher(USHER), newcomer.target]).toEqual([false, 'r2']);
    expect(station.state.catalogue.newestCommitted).toBe(0);
  });

  it('starts over with a first part', () => {
    newcomer.receive(USHER, part(1, { records: [record(1, { key: 'gone' })] }));
    expect(answers(USHER, part(1, { records: [record(2)] }))).toEqual(has(1));
    expect([...station.state.catalogue.records()].map(({ key }) => key)).toEqual(['k']);
  });

  it('takes nothing more in once a lap has passed with it', () => {
    newcomer.receive(USHER, part(1, { rest }));
    commit();
    expect(answers(USHER, part(2, { log: [record(3)] }))).toEqual([]);
    expect([station.state.catalogue.last, renewals]).toEqual([2, 0]);
  });

  it('is used up when somebody begins anew after a lap has passed with it', () => {
    newcomer.receive(USHER, part(1, { rest }));
    commit();
    newcomer.receive(OTHER, part(2));
    expect(renewals).toBe(0);
    expect(answers(OTHER, part(1))).toEqual([]);
    expect(renewals).toBe(1);
  });

  it('forgets what it got when its usher goes, and asks again as the same server', () => {
    newcomer.receive(USHER, part(1, { records: [record(1)] }));
    newcomer.closed(OTHER);
    expect(newcomer.isUsher(USHER)).toBe(true);
    newcomer.closed(USHER);
    expect([station.state.catalogue.newestCommitted, newcomer.target, renewals]).toEqual([0, 'r2', 0]);
    expect(answers(OTHER, part(1))).toEqual(has(1));
  });

  it('starts over when its usher falls silent', () => {
    newcomer.receive(USHER, part(1));
    station.wait(2 * SUSPECT_MS);
    newcomer.tick();
    expect(newcomer.isUsher(USHER)).toBe(true);
    station.wait(1);
    newcomer.tick();
    expect([newcomer.isUsher(USHER), renewals]).toEqual([false, 0]);
  });

  it('waits for the view once a lap has passed with it, then asks around, and forgets nothing', () => {
    newcomer.receive(USHER, part(1, { rest }));
    commit();
    newcomer.closed(USHER);
    station.links.closed(USHER);
    station.wait(2 * SUSPECT_MS);
    newcomer.tick();
    expect([newcomer.isCommitted, newcomer.target]).toEqual([true, null]);
    station.wait(1);
    newcomer.tick();
    expect([newcomer.isCommitted, newcomer.target, renewals]).toEqual([true, 'r2', 0]);
    expect(station.state.catalogue.last).toBe(2);
  });

  it('does not ask around while its usher is heard', () => {
    newcomer.receive(USHER, part(1, { rest }));
    commit();
    for (let turn = 0; turn < 10; turn++) {
      station.wait(SUSPECT_MS - 1);
      newcomer.tick();
      station.links.heard(USHER, station.state.now);
    }
    expect([newcomer.isCommitted, newcomer.target]).toEqual([true, null]);
  });
});

describe('A newcomer that does not reach its successor-to-be', () => {
  beforeEach(() => {
    newcomer.receive(USHER, part(1, { next: NEXT, records: [record(1)] }));
    newcomer.receive(USHER, part(2, { next: NEXT, records: [record(2)] }));
  });

  it('holds the parts, and answers once it reaches it', () => {
    expect([newcomer.successor, newcomer.isUsher(USHER), station.messages()]).toEqual(['r2', false, []]);
    expect(station.state.catalogue.newestCommitted).toBe(0);
    newcomer.linked('r2', reach());
    expect([newcomer.isUsher(USHER), station.messages()]).toEqual([true, has(2)]);
    expect(station.state.catalogue.newestCommitted).toBe(2);
  });

  it('waits for no other', () => {
    newcomer.linked('r1', station.connect(server(1)));
    expect([newcomer.isUsher(USHER), station.messages()]).toEqual([false, []]);
  });

  it('goes on without answers when it loses it again', () => {
    const link = reach();
    newcomer.linked('r2', link);
    station.links.closed(link);
    expect(answers(USHER, part(3, { next: NEXT, records: [record(3)] }))).toEqual([]);
    expect(station.state.catalogue.newestCommitted).toBe(3);
    newcomer.linked('r2', reach());
    expect(station.messages()).toEqual(has(3));
  });

  it('starts over when that lasts', () => {
    station.wait(SUSPECT_MS);
    newcomer.tick();
    expect(newcomer.successor).toBe('r2');
    station.wait(1);
    newcomer.tick();
    expect([newcomer.successor, newcomer.target, renewals]).toEqual([null, 'r2', 0]);
  });
});

const VOTE = { view: VIEW.id, as: 9, isBound: false };
const HISTORY = [{ id: { number: 4, proposer: 1 }, start: 1 }];
const own = viewOf([9, 8]);

/** A server that has come back with records up to 3, of which one is not committed. */
function comeBack(): void {
  station = new Station(9, null);
  station.enter(own);
  station.commit(record(1, { key: 'a' }), record(2, { key: 'b' }));
  station.state.catalogue.store(record(3, { key: 'c' }));
  Object.assign(station.state, { phase: 'returning', ring: 1, vote: VOTE, history: HISTORY });
  newcomer = newcomerOf(station);
  newcomer.start(['r1', 'r2']);
  dialled();
}

describe('A newcomer that has come back', () => {
  beforeEach(comeBack);
  beforeEach(() => void reach());

  it('says what it has, and that it only asks', () => {
    const link = station.connect(server(1));
    newcomer.linked('r1', link);
    const told = { ring: 1, watermark: 2, history: HISTORY, yields: false };
    expect(station.sent()).toEqual([{ link, message: joinOf(server(9), told) }]);
  });

  it('says that it yields once it has met a ring that is worth joining, to that ring', () => {
    const link = station.connect(server(1));
    newcomer.linked('r1', link);
    station.sent();
    newcomer.consider(VIEW, link);
    newcomer.consider(VIEW, link);
    expect(station.sent()).toMatchObject([{ link, message: { kind: 'join', yields: true } }]);
    newcomer.failed('r1');
    newcomer.failed('r4');
    expect(newcomer.target).toBe('r2');
  });

  it('turns to the members of such a ring when another has told of it', () => {
    newcomer.consider(viewOf([7, 6]), OTHER);
    expect([newcomer.target, station.sent()]).toEqual(['r7', []]);
    newcomer.failed('r7');
    expect(newcomer.target).toBe('r6');
  });

  it('takes no state in that it has not asked for', () => {
    expect(answers(USHER, part(1))).toEqual([]);
    newcomer.consider(VIEW, OTHER);
    expect(answers(USHER, part(1))).toEqual(has(1));
  });

  it('gives up its view to who sends the state, and keeps what was committed there, not the log', () => {
    newcomer.consider(VIEW, OTHER);
    const history = [...HISTORY, { id: VIEW.id, start: 2 }];
    newcomer.receive(USHER, part(1, { base: 2, history, records: [record(5, { key: 'a' })] }));
    newcomer.receive(USHER, part(2, { base: 2, history, rest: { watermark: 5, floor: 0, origins: [] } }));
    const { catalogue } = station.state;
    expect([...catalogue.records()].map(({ key, revision }) => [key, revision])).toEqual([
      ['b', 2],
      ['a', 5],
    ]);
    expect([catalogue.last, catalogue.newest('c'), surrendered]).toEqual([5, undefined, [history]]);
    expect(station.state.history).toEqual(history);
  });

  it('keeps nothing when all is sent', () => {
    newcomer.consider(VIEW, OTHER);
    newcomer.receive(USHER, part(1, { records: [record(5, { key: 'a' })] }));
    expect([...station.state.catalogue.records()].map(({ revision }) => revision)).toEqual([5]);
  });

  it('takes nothing from who takes more for granted than it has', () => {
    newcomer.consider(VIEW, OTHER);
    expect(answers(USHER, part(1, { base: 3 }))).toEqual([]);
    expect([surrendered, station.state.catalogue.last]).toEqual([[], 3]);
  });

  it('tells nobody of a damaged state what it need not be sent', () => {
    station.state.isDamaged = true;
    const link = station.connect(server(1));
    newcomer.linked('r1', link);
    expect(station.messages()).toMatchObject([{ watermark: 0 }]);
  });
});

describe('The vote of a newcomer', () => {
  beforeEach(() => void reach());

  it('is given up, on its disk, before the lap that counts on it goes on', () => {
    station = new Station(9, null, { saved: EMPTY_DISK });
    reach();
    newcomer = newcomerOf(station);
    newcomer.start(['r1']);
    station.state.vote = VOTE;
    newcomer.receive(USHER, part(1, { rest }));
    commit();
    expect([passed, station.state.vote]).toEqual([[], null]);
    station.journal.flush(() => ({ name: 'mark', watermark: 0, floor: 0, origins: [] }));
    const { sequence, changes, isVital } = station.effects.take()!.saves!;
    const nothing = { view: null, history: [], vote: null, isDamaged: false };
    const place = { name: 'place', seat: 9, contacts: ['r1'], ...nothing };
    expect([changes.at(-2), isVital]).toEqual([{ kind: 'fact', fact: place }, true]);
    station.journal.saved(sequence);
    expect(passed).toEqual([VIEW]);
  });

  it('delays nothing when there is none', () => {
    newcomer.receive(USHER, part(1, { rest }));
    commit();
    expect(passed).toEqual([VIEW]);
  });
});
