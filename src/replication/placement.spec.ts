import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { holdersAfter, holdersFor, holdersOfNew, type Candidate, type Situation } from './placement.js';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

function all(...bytes: number[]): Candidate[] {
  return bytes.map((count, index) => ({ name: NAMES[index]!, bytes: count, capacity: Infinity }));
}

function situation(
  fields: Partial<Situation> & {
    readonly gone?: readonly string[];
    readonly leaving?: readonly string[];
  } = {},
): Situation {
  const { gone = [], leaving = [], ...rest } = fields;
  const isHere = (name: string): boolean => !gone.includes(name);
  const isStaying = (name: string): boolean => isHere(name) && !leaving.includes(name);
  const candidates = all(0, 0, 0, 0).filter(({ name }) => isStaying(name));
  return {
    candidates,
    isPresent: isHere,
    isStaying,
    isLost: (name) => gone.includes(name),
    isHere: false,
    self: 'c',
    ...rest,
  };
}

describe('A new object is kept', () => {
  it.each([
    ['by the server that it came to, and the least loaded others', 2, 'c', all(5, 1, 9, 0), ['c', 'd']],
    [
      'of equals by the lower name, wherever it is in the view',
      3,
      'c',
      all(1, 1, 1, 1).toReversed(),
      ['c', 'a', 'b'],
    ],
    [
      'by those below their capacity first',
      2,
      'c',
      [{ name: 'c', bytes: 5, capacity: 5 }, { name: 'd', bytes: 0, capacity: 0 }, ...all(9, 8)],
      ['b', 'a'],
    ],
    [
      'by more than their capacity rather than by too few',
      2,
      'c',
      [{ name: 'c', bytes: 5, capacity: 5 }, ...all(9)],
      ['a', 'c'],
    ],
    ['by others alone when that one lacks something itself', 2, 'e', all(5, 1, 9, 0), ['d', 'b']],
    ['by all when there are no more', 3, 'b', all(1, 2), ['b', 'a']],
    ['by everyone when nobody is known to have all', 2, 'a', [], []],
  ])('%s', (_, count, origin, candidates, holders) => {
    expect(holdersOfNew(count, origin, candidates)).toEqual(holders);
  });
});

it('Whoever is chosen keeps no more than whoever is not', () => {
  const candidates = fc.uniqueArray(
    fc.record({ name: fc.string(), bytes: fc.nat(9), capacity: fc.constant(Infinity) }),
    {
      selector: ({ name }) => name,
      minLength: 1,
    },
  );
  fc.assert(
    fc.property(candidates, fc.nat(9), fc.integer({ min: 1, max: 7 }), (some, index, count) => {
      const origin = some[index % some.length]!.name;
      const holders = holdersOfNew(count, origin, some);
      expect(holders).toHaveLength(Math.min(count, some.length));
      expect(new Set(holders).size).toBe(holders.length);
      expect(holders[0]).toBe(origin);
      const chosen = some.filter(({ name }) => name !== origin && holders.includes(name));
      const others = some.filter(({ name }) => !holders.includes(name));
      const most = Math.max(...chosen.map(({ bytes }) => bytes), -1);
      for (const { bytes } of others) expect(bytes).toBeGreaterThanOrEqual(most);
    }),
  );
});

describe('What is kept already', () => {
  it.each([
    ['stays where it is', ['a', 'b'], {}, null],
    ['is given to another in the place of one that is gone', ['a', 'b'], { gone: ['b'] }, ['a', 'c']],
    [
      'waits as long as one that is gone may come back',
      ['a', 'b'],
      { gone: ['b'], isLost: (): boolean => false },
      null,
    ],
    ['waits when nobody has it who is here', ['a', 'b'], { gone: ['a', 'b'] }, null],
    ['is kept by the primary, which has it', ['a', 'b'], { gone: ['a', 'b'], isHere: true }, ['c', 'd']],
    ['is left to one that stays when the other leaves', ['a', 'b'], { leaving: ['b'] }, null],
    ['is given to others when all leave that have it', ['a', 'b'], { leaving: ['a', 'b'] }, ['c', 'd']],
    [
      'is given to another when the last that is here leaves, beside one that may come back',
      ['a', 'b'],
      { gone: ['a'], leaving: ['b'], isLost: (): boolean => false },
      ['a', 'c'],
    ],
    ['waits when all leave', ['a'], { leaving: ['a', 'b', 'c', 'd'] }, null],
    [
      'is given to those that keep bodies by a gateway that has it',
      ['a', 'b'],
      { gone: ['a', 'b'], isHere: true, self: 'e' },
      ['c', 'd'],
    ],
    ['waits when there is nobody to give it to', ['a', 'b'], { gone: ['b', 'c', 'd'] }, null],
    ['is given to more when there are more', ['a'], {}, ['a', 'b']],
    ['is left to as many as it takes', [], {}, ['a', 'b']],
  ])('%s', (_, holders, fields, expected) => {
    expect(holdersAfter({ holders, replicas: 2 }, situation(fields))).toEqual(expected);
  });

  it('names those that it had first', () => {
    expect(holdersFor(3, ['d', 'c'], all(3, 2, 1, 0))).toEqual(['d', 'c', 'b']);
  });
});
