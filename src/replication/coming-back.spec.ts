import { describe, expect, it } from '@jest/globals';
import type { StatePart } from './messages.js';
import { durableRing, type Bench } from './testing/bench.js';
import type { Disk } from './testing/disk.js';
import { put } from './testing/fixtures.js';

const ORDERS = ['abc', 'acb', 'bac', 'bca', 'cab', 'cba'];

/** A durable ring of three in which `k` has been written at b. */
function ringOfThree(): Bench {
  const bench = durableRing(3);
  bench.write('b', put('k', 'kept'));
  bench.run(200);
  return bench;
}

function killAll(bench: Bench, names: string): void {
  for (const name of names) bench.kill(name);
  bench.settle();
}

/** Runs until a write is answered, and not a moment longer. */
function runUntilAnswered(bench: Bench, ticket: number): void {
  const isAnswered = (): boolean => bench.outcome(ticket) !== undefined;
  for (let at = 0; at < 6000 && !isAnswered(); at += 50) {
    bench.clock = { now: bench.clock.now + 50, wall: bench.clock.wall + 50 };
    for (const name of bench.replicas.keys()) {
      bench.step(name, { kind: 'tick' });
      bench.settleUntil(isAnswered);
    }
  }
}

/** What of states was sent after so many frames. */
function statesSince(bench: Bench, count: number): StatePart[] {
  return bench.delivered.slice(count).flatMap(({ message }) => (message.kind === 'state' ? [message] : []));
}

/** That these are in one view of the lineage, and can write. */
function expectRing(bench: Bench, names: string): void {
  for (const name of names) {
    expect(bench.members(name).toSorted().join('')).toBe(names);
    expect(bench.status(name)).toMatchObject({ phase: 'member', full: true, view: { provisional: false } });
  }
  const ticket = bench.write(names.at(-1)!, put('after', 'written'));
  bench.run(200);
  expect(bench.outcome(ticket)).toMatchObject({ kind: 'done', copies: null });
  expect(bench.texts('after')).toEqual([...names].map(() => 'written'));
}

describe('A ring of which every process has ended', () => {
  it.each(ORDERS)('has everything when they start again in the order %s', (order) => {
    const bench = ringOfThree();
    killAll(bench, 'abc');
    for (const name of order) {
      bench.restart(name);
      bench.run(300);
    }
    bench.run(4000);
    expect(bench.texts('k')).toEqual(['kept', 'kept', 'kept']);
    expectRing(bench, 'abc');
  });

  it.each(ORDERS)('has everything when they ended and start one long after the other: %s', (order) => {
    const bench = ringOfThree();
    for (const name of order) {
      bench.kill(name);
      bench.run(3000);
    }
    for (const name of [...order].toReversed()) {
      bench.restart(name);
      bench.run(4000);
    }
    bench.run(4000);
    expect(bench.texts('k')).toEqual(['kept', 'kept', 'kept']);
    expectRing(bench, 'abc');
  });

  it.each(['a', 'ab'])('goes on when it ended again between a choice and what was chosen: %s', (names) => {
    const bench = durableRing(names.length);
    bench.write('a', put('k', 'kept'));
    bench.run(200);
    killAll(bench, names);
    const places = [...names].map((name) => bench.disks.get(name)!.fact('place'));
    for (const name of names) bench.restart(name);
    bench.run(4000);
    killAll(bench, names);
    [...names].forEach((name, index) => bench.disks.get(name)!.note(places[index]!));
    for (const name of names) bench.restart(name);
    bench.run(4000);
    expect(bench.texts('k')).toEqual([...names].map(() => 'kept'));
    expectRing(bench, names);
  });

  it.each(ORDERS)('is one soon when the first had given up the others a moment before: %s', (order) => {
    const bench = ringOfThree();
    killAll(bench, 'abc');
    bench.restart(order[0]!);
    bench.run(700);
    for (const name of order.slice(1)) bench.restart(name);
    bench.run(1500);
    expect(bench.members(order[0]!)).toHaveLength(3);
    expectRing(bench, 'abc');
  });

  it('goes on with two of three when the third never comes', () => {
    const bench = ringOfThree();
    killAll(bench, 'abc');
    bench.restart('c');
    bench.restart('b');
    bench.run(5000);
    expect(bench.texts('k')).toEqual(['kept', 'kept']);
    expectRing(bench, 'bc');
  });

  it('keeps what was numbered and stored by the first, though nobody was told', () => {
    const bench = ringOfThree();
    bench.loses = ({ message }) => message.kind === 'append';
    const ticket = bench.write('a', put('k', 'half'));
    bench.settle();
    expect(bench.outcome(ticket)).toBeUndefined();
    bench.loses = () => false;
    killAll(bench, 'abc');
    for (const name of 'cba') bench.restart(name);
    bench.run(4000);
    expect(bench.texts('k')).toEqual(['half', 'half', 'half']);
    expectRing(bench, 'abc');
  });
});

describe('An acknowledgement', () => {
  it.each(['aa', 'ab', 'ac', 'ba', 'bb', 'bc', 'ca', 'cb', 'cc'])(
    'waits for every disk: %s, the writer and who has the slow one',
    ([writer, slow]) => {
      const bench = durableRing(3);
      bench.stall(slow!, true);
      const ticket = bench.write(writer!, put('k', 'text'));
      bench.run(300);
      expect([bench.outcome(ticket), bench.status('a').watermark]).toEqual([undefined, 0]);
      bench.stall(slow!, false);
      expect(bench.outcome(ticket)).toMatchObject({ kind: 'done' });
    },
  );

  it('is not kept back by a disk in a ring whose other members have none', () => {
    const bench = durableRing(1);
    bench.add('m', 5, ['a']);
    bench.run(1000);
    bench.stall('a', true);
    const ticket = bench.write('m', put('k', 'text'));
    bench.run(300);
    expect([bench.outcome(ticket), bench.status('m').watermark]).toEqual([undefined, 0]);
    bench.stall('a', false);
    bench.run(100);
    expect(bench.outcome(ticket)).toMatchObject({ kind: 'done' });
  });

  it('of who goes on alone waits for its disk to have the view in which it is alone', () => {
    const bench = durableRing(3);
    bench.loses = ({ message }) => message.kind === 'append';
    const ticket = bench.write('a', put('k', 'text'));
    bench.run(200);
    expect(bench.outcome(ticket)).toBeUndefined();
    bench.loses = ({ from, to }) => (from === 'a') !== (to === 'a');
    runUntilAnswered(bench, ticket);
    expect(bench.outcome(ticket)).toMatchObject({ kind: 'done', copies: 1 });
    bench.kill('a');
    bench.run(3000);
    bench.loses = () => false;
    bench.restart('a');
    bench.run(8000);
    expect(bench.texts('k')).toEqual(['text', 'text', 'text']);
    expectRing(bench, 'abc');
  });

  it('is lost with what was not on the disk, and what was not acknowledged only', () => {
    const bench = durableRing(1);
    const kept = bench.write('a', put('kept', 'text'));
    bench.settle();
    expect(bench.outcome(kept)).toMatchObject({ kind: 'done' });
    bench.stall('a', true);
    const lost = bench.write('a', put('lost', 'text'));
    bench.settle();
    bench.kill('a');
    bench.disks.get('a')!.isStalled = false;
    bench.restart('a');
    bench.run(4000);
    expect(bench.outcome(lost)).toBeUndefined();
    expect([bench.text('a', 'kept'), bench.text('a', 'lost')]).toEqual(['text', 'absent']);
  });
});

describe('A server that comes back', () => {
  it('goes on by itself when it was alone', () => {
    const bench = durableRing(1);
    bench.write('a', put('k', 'kept'));
    bench.settle();
    const { self, view } = bench.status('a');
    bench.kill('a');
    bench.restart('a');
    expect(bench.status('a')).toMatchObject({ phase: 'returning', view: null });
    bench.run(4000);
    expect(bench.text('a', 'k')).toBe('kept');
    expect(bench.status('a').self.id).not.toBe(self.id);
    expect(bench.status('a').view).toMatchObject({ ring: view!.ring, parent: view!.id });
    expectRing(bench, 'a');
  });

  it.each(['a', 'b', 'c'])('is taken in again, and is sent only what it lacks: %s', (name) => {
    const bench = ringOfThree();
    bench.kill(name);
    bench.run(2500);
    const other = name === 'a' ? 'b' : 'a';
    bench.write(other, put('new', 'written without it'));
    bench.run(200);
    const count = bench.delivered.length;
    bench.restart(name);
    bench.run(4000);
    const parts = statesSince(bench, count);
    expect(parts.map(({ base }) => base)).toEqual(parts.map(() => 1));
    expect(parts.flatMap(({ records }) => records.map(({ key }) => key))).toEqual(['new']);
    expect([bench.text(name, 'k'), bench.text(name, 'new')]).toEqual(['kept', 'written without it']);
    expectRing(bench, 'abc');
  });

  it.each(['a', 'b', 'c'])('takes its old place when the others have not gone on yet: %s', (name) => {
    const bench = ringOfThree();
    const count = bench.delivered.length;
    bench.kill(name);
    bench.restart(name);
    bench.run(4000);
    expect(statesSince(bench, count)).toEqual([]);
    expect(bench.texts('k')).toEqual(['kept', 'kept', 'kept']);
    expectRing(bench, 'abc');
  });

  it('takes what it has as nothing when its disk is damaged', () => {
    const bench = ringOfThree();
    bench.kill('c');
    bench.run(2500);
    bench.disks.get('c')!.damaged.push('a page of records');
    const count = bench.delivered.length;
    bench.restart('c');
    bench.run(4000);
    const parts = statesSince(bench, count);
    expect(parts.map(({ base }) => base)).toEqual(parts.map(() => 0));
    expect(bench.texts('k')).toEqual(['kept', 'kept', 'kept']);
    expectRing(bench, 'abc');
  });

  it('remembers that its disk is damaged, of which it is told once', () => {
    const bench = ringOfThree();
    bench.write('b', put('other', 'kept'));
    bench.run(500);
    killAll(bench, 'abc');
    const disk = bench.disks.get('c')!;
    disk.write({ sequence: 0, isVital: true, changes: [{ kind: 'drop', table: 'records', revision: 1 }] });
    disk.damaged.push('record 1');
    bench.restart('c');
    bench.run(300);
    killAll(bench, 'c');
    disk.damaged = [];
    for (const name of 'abc') bench.restart(name);
    bench.run(5000);
    expect(bench.texts('k')).toEqual(['kept', 'kept', 'kept']);
    expectRing(bench, 'abc');
  });

  it('has nothing to offer when it was away for more views than are remembered', () => {
    const bench = ringOfThree();
    bench.kill('c');
    bench.run(3000);
    bench.write('a', put('k', 'newer'));
    bench.run(500);
    const before = bench.status('a').view!.id.number;
    for (let index = 0; index < 40; index++) {
      bench.kill('b');
      bench.run(2000);
      bench.restart('b');
      bench.run(3000);
    }
    expect(bench.status('a').view!.id.number - before).toBeGreaterThan(64);
    bench.restart('c');
    bench.run(8000);
    expect(bench.told.filter(({ event }) => event.kind === 'offering')).toEqual([]);
    expect(bench.status('a').conflicts).toBe(0);
    expect(bench.texts('k')).toEqual(['newer', 'newer', 'newer']);
    expectRing(bench, 'abc');
  });

  it('asks the others for a body that its disk has lost', () => {
    const bench = ringOfThree();
    killAll(bench, 'abc');
    bench.disks.get('a')!.loseBody(1);
    for (const name of 'abc') bench.restart(name);
    bench.run(4000);
    expect(bench.texts('k')).toEqual(['kept', 'kept', 'kept']);
    expectRing(bench, 'abc');
  });

  it('goes on alone, when people say so, with what it has', () => {
    const bench = ringOfThree();
    killAll(bench, 'abc');
    bench.restart('c');
    bench.run(1000);
    bench.step('c', { kind: 'adopt', ticket: 900 });
    bench.run(1000);
    expect(bench.outcome(900)).toEqual({ kind: 'adopted' });
    expect(bench.text('c', 'k')).toBe('kept');
    expectRing(bench, 'c');
  });
});

/** A ring of three in which the last writes of this server were not yet on its disk for good. */
function ringThatLoses(name: string): { bench: Bench; older: Disk } {
  const bench = ringOfThree();
  bench.run(500);
  const older = bench.disks.get(name)!.copy();
  bench.write('b', put('k', 'newer'));
  bench.write('b', put('other', 'newer'));
  bench.run(500);
  return { bench, older };
}

describe('A server whose disk has lost the last of what it wrote', () => {
  it('gets it from the others in its old place', () => {
    const name = 'b';
    const { bench, older } = ringThatLoses(name);
    bench.kill(name);
    bench.disks.set(name, older);
    bench.restart(name);
    bench.run(4000);
    expect(bench.texts('other')).toEqual(['newer', 'newer', 'newer']);
    expectRing(bench, 'abc');
  });

  it('gets it from the others when all start again', () => {
    const name = 'c';
    const { bench, older } = ringThatLoses(name);
    killAll(bench, 'abc');
    bench.disks.set(name, older);
    for (const one of 'abc') bench.restart(one);
    bench.run(4000);
    expect(bench.texts('other')).toEqual(['newer', 'newer', 'newer']);
    expectRing(bench, 'abc');
  });
});

describe('What is on the disk', () => {
  it('is the newest version of each key, the log, and where the server stands', () => {
    const bench = ringOfThree();
    for (const text of ['two', 'three']) bench.write('a', put('k', text));
    bench.write('a', put('other', 'text'));
    bench.run(500);
    for (const disk of bench.disks.values()) {
      expect(disk.table('records').map(({ key, revision }) => [key, revision])).toEqual([
        ['k', 3],
        ['other', 4],
      ]);
      expect(disk.fact('mark')).toMatchObject({ watermark: 4 });
      expect(disk.fact('place').view).toEqual(bench.status('a').view);
    }
  });
});
