import { beforeEach, describe, expect, it } from '@jest/globals';
import { Idempotency } from './idempotency.js';
import type { Outcome, Ticket } from './interface.js';
import { Offers } from './offers.js';
import type { Parts } from './parts.js';
import type { LogRecord, Operation } from './record.js';
import type { Change, OnDisk, Step } from './saved.js';
import { bytes, EMPTY_DISK, record, Station, viewOf } from './testing/fixtures.js';

const common: Step = { id: { number: 1, proposer: 1 }, start: 0 };
const apart: Step = { id: { number: 2, proposer: 9 }, start: 2 };
const theirs: readonly Step[] = [common, { id: { number: 2, proposer: 1 }, start: 3 }];
const WINDOW = 32;

let station: Station;
let offers: Offers;
/** What was offered, by its ticket. */
let sent: Map<Ticket, Operation>;
/** Large bodies that were offered: where they are on the disk. */
let large: OnDisk[];

beforeEach(() => {
  station = new Station(9, viewOf([9, 8]), { saved: EMPTY_DISK });
  station.state.history = [common, apart];
  offers = new Offers(station.effects, station.journal, []);
  sent = new Map();
  large = [];
});

/** This server committed two records with the ring, and these without it; now it meets the ring. */
function gathered(...records: readonly LogRecord[]): void {
  const all = [own(1), own(2), ...records];
  station.commit(...all);
  for (const one of all) {
    station.state.idempotency.stored(one);
    station.state.idempotency.committed(one);
  }
  offers.gather(station.state, theirs);
  // From now on this server knows what the ring knows.
  station.state.idempotency = new Idempotency(station.journal);
}

/** What this server wrote for its clients, one request after the other. */
function own(revision: number, fields: Partial<LogRecord> = {}): LogRecord {
  return record(revision, { origin: 9, request: revision, key: `k${revision}`, ...fields });
}

function pump(): Operation[] {
  const uploads = {
    offer: (ticket: Ticket, operation: Operation, _: LogRecord, stored: OnDisk) => {
      sent.set(ticket, operation);
      large.push(stored);
    },
  };
  const before = new Set(sent.keys());
  const parts = { state: station.state, uploads } as unknown as Parts;
  offers.pump(parts, (ticket, operation) => void sent.set(ticket, operation));
  return [...sent].flatMap(([ticket, operation]) => (before.has(ticket) ? [] : [operation]));
}

function answerAll(outcome: Outcome): void {
  for (const ticket of sent.keys()) station.effects.answer(ticket, outcome);
  pump();
}

/** Changes to the table of offers since the last call. */
function changes(): Change[] {
  station.journal.flush(() => ({ name: 'mark', watermark: 0, floor: 0, origins: [] }), true);
  const all = station.effects.take()?.saves?.changes ?? [];
  return all.filter((change) => 'table' in change && change.table === 'offers');
}

const keys = (operations: readonly Operation[]): string[] => operations.map(({ key }) => key);
const done: Outcome = { kind: 'done', record: record(1), copies: null };
const refused: Outcome = { kind: 'refused', record: record(1), copies: null };

describe('An offer whose body the disk has lost', () => {
  const lost = { kind: 'damaged', fate: 'not-offered' };

  it('is not offered after a start, nor as an empty object', () => {
    const saved = [own(1, { body: null, size: 5 }), own(2), own(3, { body: null, size: 5, of: 1 })];
    offers = new Offers(station.effects, station.journal, saved);
    expect(offers.count).toBe(2);
    expect(station.effects.take()!.events).toMatchObject([{ ...lost, record: { revision: 1 } }]);
    expect(keys(pump())).toEqual(['k2', 'k3']);
    expect(changes()).toEqual([{ kind: 'drop', table: 'offers', revision: 1 }]);
  });

  it('is given up, also when it is under way, and the others go on', () => {
    gathered(...[3, 4, 5].map((revision) => own(revision)));
    expect(pump()).toHaveLength(3);
    station.effects.take();
    offers.unreadable(2);
    expect(station.effects.take()!.events).toMatchObject([{ ...lost, record: { key: 'k4' } }]);
    answerAll(done);
    expect([offers.count, station.effects.take()!.events]).toEqual([0, [{ kind: 'merged' }]]);
    offers.unreadable(2);
    expect(station.effects.take()?.events ?? []).toEqual([]);
  });
});

describe('What is offered', () => {
  it('is the newest of each key that a client had done, above what both have', () => {
    gathered(
      own(3, { key: 'a' }),
      own(4, { key: 'a' }),
      own(5, { key: 'b', kind: 'delete' }),
      record(6, { key: 'c', kind: 'expire' }),
      own(7, { key: 'd', body: null }),
      own(8, { key: 'e', origin: 8, request: 1 }),
    );
    expect(offers.count).toBe(4);
    expect(pump().map(({ kind, key, offer }) => [kind, key, offer])).toEqual([
      ['put', 'a', { since: 2, origin: 9, request: 4, isPast: false }],
      ['delete', 'b', { since: 2, origin: 9, request: 5, isPast: false }],
      ['delete', 'c', { since: 2, origin: 0, request: 0, isPast: false }],
      ['put', 'e', { since: 2, origin: 8, request: 1, isPast: false }],
    ]);
  });

  it('is nothing when the ring has gone through all views as well', () => {
    station.commit(own(1), own(2), own(3));
    offers.gather(station.state, [common, apart, { id: { number: 3, proposer: 1 }, start: 2 }]);
    expect([offers.count, station.effects.take()]).toEqual([0, null]);
  });

  it('has a key by which it is known, that of the client or one that no client can have', () => {
    gathered(own(3), own(4, { token: 't' }));
    expect(pump().map(({ token }) => token)).toEqual(['\u00009.3', 't']);
  });

  it('remembers for a client what was overwritten, but not what was refused', () => {
    gathered(
      own(3, { key: 'a', token: 't' }),
      own(4, { key: 'a' }),
      own(5, { kind: 'refusal', refusal: 'absent', token: 'u' }),
    );
    expect(pump().map(({ token, offer }) => [token, offer!.isPast])).toEqual([
      ['\u00009.4', false],
      ['t', true],
    ]);
  });

  it('has what is left of its time to live, and next to nothing when that is over', () => {
    const { wall } = station.state;
    gathered(own(3, { expires: wall + 500 }), own(4, { expires: wall }), own(5));
    expect(pump().map(({ key, ttlMs }) => [key, ttlMs])).toEqual([
      ['k3', 500],
      ['k4', 1],
      ['k5', 0],
    ]);
  });

  it('has a body of no bytes when it is a deletion: it may become a conflict', () => {
    gathered(own(3, { kind: 'delete' }));
    expect(pump().map(({ kind, body }) => [kind, body])).toEqual([['delete', bytes('')]]);
  });
});

describe('An offer', () => {
  it('waits for a view in which it can be written', () => {
    gathered(own(3));
    for (const fields of [{ phase: 'returning' }, { sealed: true }, { leaving: true }]) {
      const present = { phase: 'member', sealed: false, leaving: false };
      Object.assign(station.state, present, fields);
      expect(pump()).toEqual([]);
      Object.assign(station.state, present);
    }
    expect(keys(pump())).toEqual(['k3']);
  });

  it('goes a bounded number at a time, each once, oldest first', () => {
    gathered(...Array.from({ length: WINDOW + 2 }, (_, index) => own(index + 3)));
    const first = keys(pump());
    expect([first.length, first.slice(0, 2), pump()]).toEqual([WINDOW, ['k3', 'k4'], []]);
    station.effects.answer([...sent.keys()][0]!, done);
    expect(keys(pump())).toEqual([`k${WINDOW + 3}`]);
  });

  it.each<[string, Outcome]>([
    ['done', done],
    ['refused', refused],
  ])('is over when it is %s, on the disk too, and people are told when all are', (_, outcome) => {
    gathered(own(3), own(4));
    expect(station.effects.take()!.events).toEqual([{ kind: 'offering', count: 2 }]);
    pump();
    const [first, second] = [...sent.keys()];
    station.effects.answer(first!, outcome);
    pump();
    expect([offers.count, station.effects.take()]).toEqual([1, null]);
    station.effects.answer(second!, outcome);
    pump();
    expect([offers.count, station.effects.take()?.events]).toEqual([0, [{ kind: 'merged' }]]);
    expect(changes().map(({ kind }) => kind)).toEqual(['put', 'put', 'drop', 'drop']);
  });

  it.each<[string, Outcome]>([
    ['was not done', { kind: 'not-done', reason: 'overloaded' }],
    ['may have been done', { kind: 'unknown' }],
  ])('is offered again, after a while, when it %s', (_, outcome) => {
    gathered(own(3));
    pump();
    answerAll(outcome);
    expect([offers.count, pump()]).toEqual([1, []]);
    station.wait(station.state.options.probeIntervalMs);
    expect(keys(pump())).toEqual(['k3']);
  });

  it('is offered again by the next incarnation, whatever is answered to the last one', () => {
    gathered(own(3));
    pump();
    const [ticket] = [...sent.keys()];
    offers.abandon();
    station.effects.answer(ticket!, done);
    expect([keys(pump()), offers.count]).toEqual([['k3'], 1]);
  });

  it('is over when the ring remembers the request from somebody else', () => {
    gathered(own(3), own(4));
    station.state.idempotency.load([record(20, { token: '\u00009.3' })]);
    expect([keys(pump()), offers.count]).toEqual([['k4'], 1]);
  });

  it('hands a large body over from where it is kept with its offer', () => {
    const stored = { kind: 'part', part: { source: 9, number: 4 } } as const;
    gathered(own(3, { body: { size: 6, pieces: [null, null], stored }, size: 6 }));
    const kept = changes().flatMap((change) => (change.kind === 'put' ? [change.record] : []));
    expect(kept).toMatchObject([{ revision: 1, body: { stored: { kind: 'records', revision: 3 } } }]);
    expect(pump()).toMatchObject([{ key: 'k3', body: null, size: 6 }]);
    expect(large).toEqual([{ kind: 'offers', revision: 1 }]);
  });
});

describe('Offers that are kept', () => {
  it('are on the disk under numbers of their own, and found there', () => {
    gathered(own(3), own(4));
    const kept = changes().flatMap((change) => (change.kind === 'put' ? [change.record] : []));
    expect(kept.map(({ revision, key, floor }) => [revision, key, floor])).toEqual([
      [1, 'k3', 2],
      [2, 'k4', 2],
    ]);
    offers = new Offers(station.effects, station.journal, kept);
    expect([offers.count, keys(pump())]).toEqual([2, ['k3', 'k4']]);
  });

  it('are judged against less when another ring is met before the last one has them', () => {
    gathered(own(3));
    changes();
    offers.gather(station.state, [common, { id: { number: 2, proposer: 7 }, start: 1 }]);
    expect(changes()).toMatchObject([
      { kind: 'put', record: { revision: 1, floor: 1 } },
      { kind: 'put' },
      { kind: 'put' },
    ]);
    expect(pump().map(({ key, offer }) => [key, offer!.since])).toEqual([
      ['k3', 1],
      ['k2', 1],
      ['k3', 1],
    ]);
  });
});
