import { beforeEach, describe, expect, it } from '@jest/globals';
import { Catalogue } from './catalogue.js';
import { MOST_DROPPED, Readout } from './readout.js';
import type { LogRecord } from './record.js';
import { ring } from './testing/bench.js';
import { put, record } from './testing/fixtures.js';

let catalogue: Catalogue;

beforeEach(() => {
  catalogue = new Catalogue();
});

function commit(...all: Partial<LogRecord>[]): void {
  for (const fields of all) catalogue.store(record(catalogue.last + 1, fields));
  catalogue.commit(catalogue.last, () => undefined);
}

/** Deletes a key, and drops its tombstone. */
function deleteForGood(key: string): void {
  commit({ key, kind: 'delete' }, { kind: 'floor', key: '', floor: catalogue.last + 1 });
}

/** Takes up to `count` records, and what they come to when they are applied in their order. */
function read(readout: Readout, into = new Map<string, number>(), count = Infinity): Map<string, number> {
  for (let taken = 0; taken < count; taken++) {
    const next = readout.take();
    if (next === undefined) break;
    if (next.kind === 'put') into.set(next.key, next.revision);
    else into.delete(next.key);
  }
  return into;
}

const present = (): Map<string, number> =>
  new Map(
    [...catalogue.records()].filter(({ kind }) => kind === 'put').map((one) => [one.key, one.revision]),
  );

describe('Readout', () => {
  it('gives the state as it is at the end, whatever was written meanwhile', () => {
    commit({ key: 'a' }, { key: 'b' }, { key: 'c' }, { key: 'd' });
    const readout = new Readout(catalogue);
    const state = read(readout, undefined, 3);
    deleteForGood('b');
    deleteForGood('d');
    commit({ key: 'a' }, { key: 'new' });
    read(readout, state, 1);
    commit({ key: 'b' }, { key: 'c', kind: 'delete' });
    expect(Object.fromEntries(read(readout, state))).toEqual(Object.fromEntries(present()));
    expect([readout.isAtEnd, readout.isLost, readout.revision]).toEqual([true, false, catalogue.watermark]);
  });

  it('does not tell again of a tombstone that it has given', () => {
    commit({ key: 'a' }, { key: 'a', kind: 'delete' });
    const readout = new Readout(catalogue);
    read(readout);
    commit({ kind: 'floor', key: '', floor: 2 });
    expect(readout.isAtEnd).toBe(true);
  });

  it('is one of several that are read at once, each to its own end', () => {
    commit({ key: 'a' }, { key: 'b' });
    const [one, other] = [new Readout(catalogue), new Readout(catalogue)];
    const states = [read(one, undefined, 2), read(other, undefined, 1)];
    one.end();
    deleteForGood('a');
    read(other, states[1]);
    expect(states.map((state) => [...state.keys()])).toEqual([['a', 'b'], ['b']]);
    other.end();
    expect(catalogue.onDropped.size).toBe(0);
  });

  it('is lost when too many tombstones wait for its reader', () => {
    const readout = new Readout(catalogue);
    for (let count = 0; count <= MOST_DROPPED; count++) commit({ key: `${count}`, kind: 'delete' });
    expect(readout.isLost).toBe(false);
    commit({ kind: 'floor', key: '', floor: catalogue.last });
    expect(readout.isLost).toBe(true);
  });
});

describe('a member that is read out', () => {
  it('is so only while it is a member', () => {
    const bench = ring(2);
    bench.step('a', { kind: 'write', ticket: 1, operation: put('k', 'v') });
    bench.settle();
    const readout = bench.replicas.get('b')!.readOut()!;
    expect(readout.take()).toMatchObject({ key: 'k', size: 1 });
    expect([readout.isAtEnd, readout.isLost]).toEqual([true, false]);
    bench.step('b', { kind: 'leave', ticket: 2 });
    bench.settle();
    expect(readout.isLost).toBe(true);
    expect(bench.replicas.get('b')!.readOut()).toBeNull();
  });

  it('gives its large bodies as they are here', () => {
    const bench = ring(1);
    bench.step('a', { kind: 'write', ticket: 1, operation: put('k', 'a larger body') });
    bench.settle();
    expect(bench.replicas.get('a')!.readOut()!.take()).toMatchObject({ body: expect.anything() });
  });
});
