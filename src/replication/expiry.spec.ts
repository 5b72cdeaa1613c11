import { beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Expiry } from './expiry.js';
import { record } from './testing/fixtures.js';

let expiry: Expiry;

beforeEach(() => {
  expiry = new Expiry();
});

function commit(key: string, expires: number, revision = 1): void {
  expiry.committed(record(revision, { key, expires }));
}

function taken(wall: number): string[] {
  const keys: string[] = [];
  for (let due = expiry.take(wall); due; due = expiry.take(wall)) keys.push(due.key);
  return keys;
}

describe('Expiry', () => {
  it('gives what is due, soonest first, and each once', () => {
    commit('c', 30);
    commit('a', 10);
    commit('b', 20);
    commit('ever', 0);
    expect([9, 20, 20, 99].map(taken)).toEqual([[], ['a', 'b'], [], ['c']]);
  });

  it('forgets what was written again or removed', () => {
    commit('a', 10);
    commit('b', 10);
    commit('a', 50, 2);
    expiry.committed(record(3, { key: 'b', kind: 'delete' }));
    expect(expiry.size).toBe(1);
    expect([taken(49), taken(50)]).toEqual([[], ['a']]);
  });

  it('gives again what was given, unless it is over by now', () => {
    for (const key of ['a', 'b', 'c']) commit(key, 10);
    expect(taken(10)).toHaveLength(3);
    expiry.committed(record(2, { key: 'a', kind: 'expire' }));
    commit('b', 20, 3);
    expiry.resume();
    expect([taken(10), taken(20), expiry.size]).toEqual([['c'], ['b'], 2]);
  });

  it('gives what a plain list would give', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
    const change = fc.record({ name: key, expires: fc.nat(20), wall: fc.option(fc.nat(20)) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        expiry = new Expiry();
        const model = new Map<string, number>();
        for (const { name, expires, wall } of changes) {
          commit(name, expires);
          model.delete(name);
          if (expires > 0) model.set(name, expires);
          const due = [...model].filter(([, at]) => wall !== null && at <= wall).map(([one]) => one);
          for (const one of due) model.delete(one);
          expect(taken(wall ?? -1).toSorted()).toEqual(due.toSorted());
        }
      }),
    );
  });
});
