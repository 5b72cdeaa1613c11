import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Visited } from './visited.js';

const EXACT = 3;
const OPEN = 2;

/** Bits from both ends of a word, so that its sign takes part. */
const word = fc.constantFrom(0, 1, 2, 3, 1 << 31, (1 << 31) | 1);
const rows = fc.array(fc.array(word, { minLength: EXACT + OPEN, maxLength: EXACT + OPEN }), {
  maxLength: 300,
  size: 'max',
});

function covers(one: readonly number[], other: readonly number[]): boolean {
  return one.every((mine, at) => (at < EXACT ? mine === other[at] : (mine & ~other[at]!) === 0));
}

describe('Visited', () => {
  it('keeps a row exactly when none that was kept covers it, also while its table is too small', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const visited = new Visited(EXACT, EXACT + OPEN, 1);
        const kept: (readonly number[])[] = [];
        for (const row of drawn) {
          const isNew = !kept.some((other) => covers(other, row));
          expect(visited.add(Int32Array.from(row))).toBe(isNew);
          if (isNew) kept.push(row);
        }
      }),
    );
  });
});
