import { describe, expect, it } from '@jest/globals';
import { Downstream } from './downstream.js';
import { durableRing, type Bench } from './testing/bench.js';
import type { Operation } from './record.js';
import { bytes, put as putAlike, Station, TestDigest, viewOf } from './testing/fixtures.js';

const TEXT = 'a text that is easily told from others';
/** So much that no small body stays in memory. */
const NO_MEMORY = { memoryLimitBytes: 1 };

/** Who gets a body from another member verifies it. */
function put(key: string, text: string): Operation {
  const digest = new TestDigest();
  digest.update(bytes(text));
  return { ...putAlike(key, text), digest: digest.finish() };
}

/** A durable ring in which `k` was written, and is on the disks only. */
function ringOf(size: number): Bench {
  const bench = durableRing(size, NO_MEMORY);
  bench.write('a', put('k', TEXT));
  bench.run(500);
  return bench;
}

/** What a reader of this server's disk finds, who tells the replica. */
function findDamaged(bench: Bench, name: string, revision = 1): void {
  bench.disks.get(name)!.rotten.add(revision);
  bench.step(name, { kind: 'unreadable', stored: { kind: 'records', revision } });
}

function told(bench: Bench): unknown[] {
  return bench.told.flatMap(({ name, event }) =>
    event.kind === 'damaged' ? [[name, event.record.key, event.fate]] : [],
  );
}

describe('A body that cannot be read from the disk', () => {
  it.each(['a', 'b', 'c'])('comes from another member to who reads it, and to the disk: %s', (name) => {
    const bench = ringOf(3);
    findDamaged(bench, name);
    const ticket = bench.read(name, 'k');
    bench.run(100);
    expect(bench.outcome(ticket)).toMatchObject({ kind: 'object', record: { revision: 1 } });
    bench.run(500);
    expect(bench.disks.get(name)!.rotten.size).toBe(0);
    expect(told(bench)).toEqual([[name, 'k', 'sought']]);
  });

  it('is sent by the next one that has it when the first that was asked finds that it has not', () => {
    const bench = ringOf(3);
    for (const name of 'bc') bench.disks.get(name)!.rotten.add(1);
    const since = bench.clock.now;
    bench.step('b', { kind: 'unreadable', stored: { kind: 'records', revision: 1 } });
    const ticket = bench.read('b', 'k');
    while (bench.outcome(ticket) === undefined) bench.run(50);
    expect(bench.outcome(ticket)).toMatchObject({ kind: 'object' });
    expect(bench.clock.now - since).toBeLessThan(300);
    bench.run(500);
    expect(['b', 'c'].map((name) => bench.disks.get(name)!.rotten.size)).toEqual([0, 0]);
    expect(told(bench)).toEqual([
      ['b', 'k', 'sought'],
      ['c', 'k', 'sought'],
    ]);
  });

  it('is lost when no member has it, until it is written again', () => {
    const bench = ringOf(2);
    for (const name of 'ab') bench.disks.get(name)!.rotten.add(1);
    bench.step('b', { kind: 'unreadable', stored: { kind: 'records', revision: 1 } });
    const ticket = bench.read('b', 'k');
    bench.run(500);
    expect(bench.outcome(ticket)).toEqual({ kind: 'unavailable', reason: 'no-holder' });
    expect(bench.replicas.get('b')!.lost()).toEqual({ count: 1, keys: ['k'], isAll: true });
    const count = bench.delivered.filter(({ message }) => message.kind === 'lookup').length;
    bench.run(2000);
    expect(bench.delivered.filter(({ message }) => message.kind === 'lookup')).toHaveLength(count);
    bench.write('a', put('k', 'again'));
    bench.run(500);
    const second = bench.read('b', 'k');
    bench.run(100);
    expect(bench.outcome(second)).toMatchObject({ kind: 'object', record: { revision: 2 } });
    expect(bench.replicas.get('b')!.lost()).toEqual({ count: 0, keys: [], isAll: false });
  });

  it('is one that it does not keep, so the last one that has it does not leave before it came from there', () => {
    const bench = durableRing(3, NO_MEMORY);
    bench.write('b', { ...put('k', TEXT), replicas: 2 });
    bench.run(500);
    bench.loses = ({ message }) => message.kind === 'lookup';
    findDamaged(bench, 'a');
    const ticket = 999;
    bench.step('b', { kind: 'leave', ticket });
    bench.run(900);
    expect([bench.outcome(ticket), bench.members('a')]).toEqual([undefined, ['a', 'b', 'c']]);
    bench.loses = () => false;
    bench.run(3000);
    expect([bench.outcome(ticket), bench.members('a')]).toEqual([{ kind: 'left' }, ['a', 'c']]);
    const read = bench.read('c', 'k');
    bench.run(100);
    expect(bench.outcome(read)).toMatchObject({ kind: 'object', record: { revision: 1 } });
  });

  it('is lost at once where a server is alone', () => {
    const bench = ringOf(1);
    findDamaged(bench, 'a');
    const ticket = bench.read('a', 'k');
    bench.settle();
    expect(bench.outcome(ticket)).toEqual({ kind: 'unavailable', reason: 'no-holder' });
    expect(told(bench)).toEqual([['a', 'k', 'lost']]);
    expect(bench.replicas.get('a')!.lost()).toEqual({ count: 1, keys: ['k'], isAll: true });
  });

  it('is of no interest when the object was written again', () => {
    const bench = ringOf(2);
    bench.write('a', put('k', 'newer'));
    bench.run(500);
    findDamaged(bench, 'b', 1);
    findDamaged(bench, 'b', 77);
    bench.run(500);
    expect(told(bench)).toEqual([]);
  });

  it('keeps a server from being a full copy in the next view, until it has it', () => {
    const bench = ringOf(3);
    bench.loses = ({ message }) => message.kind === 'lookup';
    findDamaged(bench, 'a');
    bench.step('c', { kind: 'leave', ticket: 900 });
    bench.run(500);
    expect(bench.status('b').view!.members.map(({ name, full }) => [name, full])).toEqual([
      ['b', true],
      ['a', false],
    ]);
    bench.loses = () => false;
    bench.run(3000);
    expect(bench.status('b').view!.members.every(({ full }) => full)).toBe(true);
  });
});

describe('A large body that is ahead of its record', () => {
  const stored = { kind: 'part', part: { source: 1, number: 1 } } as const;

  it('is refused by who cannot read it back', () => {
    const view = viewOf([1, 2, 3]);
    const station = new Station(2, view);
    const link = station.connect(view.members[2]!);
    const downstream = new Downstream(station.state, station.links);
    downstream.open();
    const streams = station.streams(downstream);
    streams.opened(link, {
      kind: 'blob-open',
      span: null,
      view: view.id,
      source: 1,
      blob: 1,
      end: 3,
      size: 10,
      key: '',
      revision: 0,
    });
    station.sent();
    streams.unreadable(stored);
    expect(station.messages()).toMatchObject([
      { kind: 'blob-refused', source: 1, blob: 1, reason: 'damaged' },
    ]);
    expect(streams.pinned).toBe(0);
  });

  it('ends the upload at its source', () => {
    const bench = durableRing(2);
    const ticket = bench.upload('a', ['some text']);
    bench.run(100);
    const { self } = bench.status('a');
    bench.step('a', { kind: 'unreadable', stored: { kind: 'part', part: { source: self.id, number: 1 } } });
    bench.settle();
    expect(bench.outcome(ticket)).toEqual({ kind: 'not-done', reason: 'damaged' });
    expect(['a', 'b'].map((name) => bench.status(name).pinned)).toEqual([0, 0]);
  });
});
