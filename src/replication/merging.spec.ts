import { describe, expect, it } from '@jest/globals';
import { conflictsOf } from './conflicts.js';
import { Bench, durableRing, ring, type Frame } from './testing/bench.js';
import type { Operation } from './record.js';
import { bytes, put as putAlike, remove, TestDigest } from './testing/fixtures.js';

/** A put whose digest tells it from another one. */
function put(key: string, text: string): Operation {
  const digest = new TestDigest();
  digest.update(bytes(text));
  return { ...putAlike(key, text), digest: digest.finish() };
}

/** Nothing gets from one side to the other any more, and connections across end. */
function split(bench: Bench, ...sides: string[]): void {
  const sideOf = (name: string): number => sides.findIndex((side) => side.includes(name));
  bench.loses = ({ from, to }: Frame) => sideOf(from) !== sideOf(to);
}

function heal(bench: Bench): void {
  bench.loses = () => false;
  for (const name of bench.replicas.keys())
    for (const other of bench.replicas.keys()) if (name !== other) bench.cut(name, other);
  bench.settle();
  bench.run(8000);
}

/** What lost, each as its text, at this server. */
function conflicts(bench: Bench, name: string, key: string): string[] {
  const found = bench.replicas.get(name)!.list(conflictsOf(key), null, 10);
  return found.map(({ body, digest }) =>
    digest === '' ? 'deleted' : new TextDecoder().decode(body as Uint8Array),
  );
}

function names(bench: Bench): string {
  return [...bench.replicas.keys()].map((name) => bench.members(name).toSorted().join('')).join(' ');
}

function written(bench: Bench, name: string, ...operations: Operation[]): void {
  const tickets = operations.map((operation) => bench.write(name, operation));
  bench.run(200);
  for (const ticket of tickets) expect(bench.outcome(ticket)).toMatchObject({ kind: 'done' });
}

describe.each<[string, (size: number) => Bench]>([
  ['without disks', ring],
  ['with disks', durableRing],
])('A ring %s that was cut apart', (_, make) => {
  function cutApart(): Bench {
    const bench = make(3);
    written(bench, 'a', put('both', 'before'), put('gone', 'before'), put('mine', 'before'));
    split(bench, 'ab', 'c');
    bench.run(4000);
    expect(names(bench)).toBe('ab ab c');
    expect(bench.status('c').view!.provisional).toBe(true);
    return bench;
  }

  it('is one ring again, and has what was written on either side', () => {
    const bench = cutApart();
    written(bench, 'c', put('mine', 'apart'), put('new', 'apart'));
    written(bench, 'b', put('theirs', 'with a quorum'));
    heal(bench);
    expect(names(bench)).toBe('abc abc abc');
    expect(bench.status('a').view!.provisional).toBe(false);
    expect(bench.texts('mine')).toEqual(['apart', 'apart', 'apart']);
    expect(bench.texts('new')).toEqual(['apart', 'apart', 'apart']);
    expect(bench.texts('theirs')).toEqual(['with a quorum', 'with a quorum', 'with a quorum']);
    for (const name of 'abc') expect(bench.status(name)).toMatchObject({ offers: 0, conflicts: 0 });
  });

  it('keeps what the ring has where both sides wrote, and the other as a conflict', () => {
    const bench = cutApart();
    written(bench, 'c', put('both', 'apart'), remove('gone'));
    written(bench, 'a', put('both', 'in the ring'), put('gone', 'in the ring'));
    heal(bench);
    expect(names(bench)).toBe('abc abc abc');
    expect(bench.texts('both')).toEqual(['in the ring', 'in the ring', 'in the ring']);
    expect(bench.texts('gone')).toEqual(['in the ring', 'in the ring', 'in the ring']);
    for (const name of 'abc') {
      expect([conflicts(bench, name, 'both'), conflicts(bench, name, 'gone')]).toEqual([
        ['apart'],
        ['deleted'],
      ]);
      expect(bench.status(name)).toMatchObject({ offers: 0, conflicts: 2, objects: 3 });
    }
  });

  it('does not bring back what was overwritten by something whose time to live is over', () => {
    const bench = cutApart();
    written(bench, 'c', { ...put('both', 'apart'), ttlMs: 1000 });
    bench.run(3000);
    expect(bench.text('c', 'both')).toBe('absent');
    heal(bench);
    expect(names(bench)).toBe('abc abc abc');
    expect(bench.texts('both')).toEqual(['absent', 'absent', 'absent']);
    for (const name of 'abc') expect(bench.status(name)).toMatchObject({ offers: 0, conflicts: 0 });
  });

  it('tells how much is offered, and when it has been', () => {
    const bench = cutApart();
    written(bench, 'c', put('one', 'apart'), put('two', 'apart'), put('two', 'apart again'));
    heal(bench);
    const told = bench.told.filter(({ event }) => event.kind === 'offering' || event.kind === 'merged');
    expect(told).toEqual([
      { name: 'c', event: { kind: 'offering', count: 2 } },
      { name: 'c', event: { kind: 'merged' } },
    ]);
    expect(bench.texts('two')).toEqual(['apart again', 'apart again', 'apart again']);
  });

  it('does not do again what a client sends again that was done apart', () => {
    const bench = cutApart();
    const request = { ...put('new', 'apart'), token: 't' };
    written(bench, 'c', request, put('new', 'later'));
    heal(bench);
    const ticket = bench.write('a', request);
    bench.run(200);
    expect(bench.outcome(ticket)).toMatchObject({ kind: 'done', record: { kind: 'put', key: 'new' } });
    expect(bench.texts('new')).toEqual(['later', 'later', 'later']);
  });

  it('offers nothing when nothing was written apart', () => {
    const bench = cutApart();
    written(bench, 'a', put('mine', 'in the ring'));
    heal(bench);
    expect(names(bench)).toBe('abc abc abc');
    expect(bench.told.some(({ event }) => event.kind === 'offering')).toBe(false);
    expect(bench.texts('mine')).toEqual(['in the ring', 'in the ring', 'in the ring']);
  });

  it('is one again after it fell apart altogether', () => {
    const bench = make(3);
    written(bench, 'a', put('both', 'before'));
    split(bench, 'a', 'b', 'c');
    bench.run(5000);
    for (const name of 'abc') written(bench, name, put(name, `at ${name}`));
    heal(bench);
    expect(names(bench)).toBe('abc abc abc');
    expect(bench.status('a').view!.provisional).toBe(false);
    for (const name of 'abc') expect(bench.texts(name)).toEqual([1, 2, 3].map(() => `at ${name}`));
    expect(bench.status('a')).toMatchObject({ conflicts: 0, objects: 4 });
  });
});

describe.each<[string, (size: number) => Bench]>([
  ['without disks', ring],
  ['with disks', durableRing],
])('Two sides %s that are both told to be the ring', (_, make) => {
  it.each([0, 2])('are one again after %d more views of one of them', (views) => {
    const bench = make(5);
    written(bench, 'a', put('k', 'before'));
    split(bench, 'abc', 'de');
    bench.run(4000);
    bench.step('d', { kind: 'adopt', ticket: 900 });
    bench.run(5500);
    expect(bench.outcome(900)).toEqual({ kind: 'adopted' });
    for (const name of ['c', 'b'].slice(0, views)) {
      bench.kill(name);
      bench.run(3000);
    }
    written(bench, 'a', put('x', 'at a'));
    written(bench, 'd', put('y', 'at d'));
    heal(bench);
    const all = [...bench.replicas.keys()];
    expect(names(bench)).toBe(all.map(() => all.join('')).join(' '));
    expect([bench.texts('x'), bench.texts('y')]).toEqual([all.map(() => 'at a'), all.map(() => 'at d')]);
    expect(bench.status('a')).toMatchObject({ offers: 0, conflicts: 0, view: { provisional: false } });
  });
});

describe('What a server has to offer', () => {
  it('outlives its process on its disk, until the ring has it', () => {
    const bench = durableRing(3);
    split(bench, 'ab', 'c');
    bench.run(4000);
    written(bench, 'c', put('k', 'apart'));
    bench.loses = ({ message }) => message.kind === 'submit';
    for (const name of 'ab') bench.cut('c', name);
    bench.settle();
    bench.run(4000);
    expect([
      bench.status('c').offers,
      bench.disks
        .get('c')!
        .table('offers')
        .map(({ key }) => key),
    ]).toEqual([1, ['k']]);
    bench.kill('c');
    bench.settle();
    bench.loses = () => false;
    bench.restart('c');
    bench.run(5000);
    expect(bench.texts('k')).toEqual(['apart', 'apart', 'apart']);
    expect([bench.status('c').offers, bench.disks.get('c')!.table('offers')]).toEqual([0, []]);
  });

  it('is told by every member of the side that lost, and taken once', () => {
    const bench = durableRing(5);
    split(bench, 'abc', 'de');
    bench.run(5000);
    written(bench, 'd', put('k', 'apart'));
    written(bench, 'a', put('k', 'in the ring'));
    heal(bench);
    expect(names(bench)).toBe('abcde abcde abcde abcde abcde');
    for (const name of 'abcde')
      expect([conflicts(bench, name, 'k'), bench.status(name).offers]).toEqual([['apart'], 0]);
    expect(
      bench.told.flatMap(({ name, event }) => (event.kind === 'offering' ? [name] : [])).toSorted(),
    ).toEqual(['d', 'e']);
  });

  it('may be a large body', () => {
    const bench = ring(3);
    split(bench, 'ab', 'c');
    bench.run(4000);
    const ticket = bench.upload('c', ['one ', 'two ', 'three']);
    bench.settle();
    bench.finish(ticket, { ...put('large', ''), body: null, size: 0, digest: '' });
    bench.run(200);
    expect(bench.outcome(ticket)).toMatchObject({ kind: 'done' });
    heal(bench);
    expect(bench.texts('large')).toEqual([1, 2, 3].map(() => 'one two three'));
    for (const name of 'abc') expect(bench.status(name)).toMatchObject({ offers: 0, pinned: 0 });
  });
});

/** a has data and its disk; x has founded a ring of its own meanwhile, with so many objects. */
function twoRings(objects: number): Bench {
  const bench = new Bench();
  bench.start('a', 9, []);
  written(bench, 'a', put('k', 'of a'));
  bench.kill('a');
  bench.settle();
  bench.start('x', 5, []);
  for (let index = 0; index < objects; index++) written(bench, 'x', put(`x${index}`, 'of x'));
  bench.start('a', 9, ['x']);
  bench.run(8000);
  return bench;
}

describe('Two rings', () => {
  it('are one when one of them is empty and alone: it gives itself up', () => {
    const bench = twoRings(0);
    expect(names(bench)).toBe('ax ax');
    expect(bench.texts('k')).toEqual(['of a', 'of a']);
    expect(bench.status('x')).toMatchObject({ offers: 0, full: true });
  });

  it('stay apart when both have data, and say so', () => {
    const bench = twoRings(1);
    expect(names(bench)).toBe('x a');
    expect([bench.text('a', 'k'), bench.text('x', 'x0')]).toEqual(['of a', 'of x']);
    expect([bench.text('x', 'k'), bench.text('a', 'x0')]).toEqual(['absent', 'absent']);
    const reason = expect.stringContaining('the data of another ring');
    expect(bench.told).toContainEqual({ name: 'a', event: { kind: 'join-refused', reason } });
  });
});
