import { beforeEach, describe, expect, it } from '@jest/globals';
import { Cache } from './cache.js';
import { Downstream } from './downstream.js';
import type { Outcome } from './interface.js';
import { Lookups } from './lookups.js';
import { Reads } from './reads.js';
import { Station, bytes, record, server, viewOf } from './testing/fixtures.js';

const TIMEOUT_MS = 5000;

let station: Station;
let reads: Reads;
let hasLease: boolean;

beforeEach(() => {
  build(viewOf([1, 2, 3]));
});

function build(view: ReturnType<typeof viewOf>): void {
  hasLease = true;
  station = new Station(1, view);
  const downstream = new Downstream(station.state, station.links);
  station.connect(server(2));
  downstream.open();
  const cache = new Cache(station.state);
  const lookups = new Lookups(
    station.state,
    downstream,
    station.streams(downstream),
    cache,
    () => reads.stir(),
    (key) => reads.missing(key),
    () => undefined,
  );
  reads = new Reads(station.state, lookups, cache, () => hasLease);
}

function store(revision: number, key = 'k'): void {
  station.state.catalogue.store(record(revision, { key, body: bytes(`v${revision}`), size: 2 }));
}

function commit(revision: number): void {
  station.state.catalogue.commit(revision, () => reads.stir());
}

/** Takes the object over without its body. */
function lack(): void {
  station.state.catalogue.load([record(1, { body: null })]);
  station.state.catalogue.complete(1, 0);
}

/** What was answered since the last call, by ticket. */
function answers(): Record<number, Outcome> {
  reads.flush();
  const answered = station.effects.take()?.answers ?? [];
  return Object.fromEntries(answered.map(({ ticket, outcome }) => [ticket, outcome]));
}

const version = (revision: number): object => ({ kind: 'object', record: { revision }, via: null });

describe('A read', () => {
  it('of what is committed is answered at once', () => {
    store(1);
    commit(1);
    reads.add(7, 'k');
    reads.add(8, 'nothing');
    expect(answers()).toMatchObject({ 7: version(1), 8: { kind: 'absent' } });
    expect(answers()).toEqual({});
  });

  it('of what is not committed yet waits for the watermark, and later writes do not prolong it', () => {
    store(1);
    commit(1);
    store(2);
    reads.add(7, 'k');
    store(3);
    store(4, 'other');
    reads.add(8, 'nothing');
    expect(answers()).toEqual({ 8: { kind: 'absent' } });
    commit(2);
    expect(answers()).toMatchObject({ 7: version(2) });
  });

  it('of a deleted object finds nothing, once that is committed', () => {
    store(1);
    commit(1);
    station.state.catalogue.store(record(2, { kind: 'delete' }));
    reads.add(7, 'k');
    expect(answers()).toEqual({});
    commit(2);
    expect(answers()).toEqual({ 7: { kind: 'absent' } });
  });

  it('waits for a lease, and says why when it waited in vain', () => {
    hasLease = false;
    reads.add(7, 'k');
    station.wait(1);
    reads.add(8, 'k');
    expect(answers()).toEqual({});
    station.wait(TIMEOUT_MS - 1);
    reads.tick();
    expect(answers()).toEqual({ 7: { kind: 'unavailable', reason: 'no-lease' } });
    hasLease = true;
    expect(answers()).toEqual({ 8: { kind: 'absent' } });
  });

  it('that waits too long for the watermark ends', () => {
    store(1);
    reads.add(7, 'k');
    station.wait(TIMEOUT_MS);
    reads.tick();
    commit(1);
    expect(answers()).toEqual({ 7: { kind: 'unavailable', reason: 'timeout' } });
  });

  it('does not wait for a record that a new view dropped', () => {
    store(1);
    commit(1);
    store(2);
    reads.add(7, 'k');
    station.state.catalogue.truncate(1);
    reads.installed();
    expect(answers()).toMatchObject({ 7: version(1) });
  });

  it('ends with the incarnation, and is not taken by a server that is not a member', () => {
    store(1);
    reads.add(7, 'k');
    reads.abandon();
    station.state.phase = 'joining';
    reads.add(8, 'k');
    const outcome = { kind: 'unavailable', reason: 'not-a-member' };
    expect(answers()).toEqual({ 7: outcome, 8: outcome });
  });
});

describe('A read of a body that is elsewhere', () => {
  it('asks for it, and is answered when it comes', () => {
    lack();
    reads.add(7, 'k');
    reads.flush();
    expect(station.messages()).toMatchObject([{ kind: 'lookup', key: 'k', revision: 1 }]);
    station.state.catalogue.attach('k', 1, bytes('text'));
    reads.stir();
    expect(answers()).toMatchObject({ 7: version(1) });
  });

  it('never says that there is nothing when nobody has it', () => {
    lack();
    store(2, 'dirty');
    for (const [ticket, key] of [
      [7, 'k'],
      [8, 'k'],
      [9, 'dirty'],
    ] as const)
      reads.add(ticket, key);
    expect(answers()).toEqual({});
    reads.missing('k');
    const outcome = { kind: 'unavailable', reason: 'no-holder' };
    expect(answers()).toEqual({ 7: outcome, 8: outcome });
  });

  it('is answered once when there is nobody to ask', () => {
    build(viewOf([1]));
    lack();
    reads.add(7, 'k');
    reads.flush();
    reads.flush();
    expect(station.effects.take()!.answers).toEqual([
      { ticket: 7, outcome: { kind: 'unavailable', reason: 'no-holder' } },
    ]);
  });
});

describe('A barrier', () => {
  it('waits for everything that was stored when it came', () => {
    store(1, 'a');
    store(2, 'b');
    reads.add(7, null);
    store(3, 'c');
    commit(1);
    expect(answers()).toEqual({});
    commit(2);
    expect(answers()).toEqual({ 7: { kind: 'current' } });
  });
});

describe('A peek', () => {
  it('answers only what a read would answer at once', () => {
    store(1);
    commit(1);
    expect(reads.peek('k')).toMatchObject({ kind: 'object', record: { revision: 1 } });
    expect(reads.peek('nothing')).toEqual({ kind: 'absent' });
    store(2);
    expect(reads.peek('k')).toEqual({ kind: 'wait' });
    commit(2);
    hasLease = false;
    expect([reads.peek('k'), reads.peek('nothing')]).toEqual([{ kind: 'wait' }, { kind: 'wait' }]);
  });
});
