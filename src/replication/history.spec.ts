import { describe, expect, it } from '@jest/globals';
import { HISTORY_LIMIT, recent, splitOf, withStep } from './history.js';
import type { Step } from './saved.js';
import { viewOf } from './testing/fixtures.js';

/** The view of this number, chosen by this proposer, begun after so many revisions. */
function step(number: number, start: number, proposer = 1): Step {
  return { id: { number, proposer }, start };
}

const COMMON = [step(1, 0), step(2, 4)];

describe('splitOf', () => {
  it('has everything in common with who has been through the same', () => {
    expect(splitOf(COMMON, COMMON)).toEqual({ since: Infinity, isApart: false });
  });

  it('is not apart from who went on in the same line, which may have dropped what is above the start', () => {
    expect(splitOf(COMMON, [...COMMON, step(3, 7)])).toEqual({ since: 7, isApart: false });
    expect(splitOf(COMMON, [...COMMON, step(3, 9), step(4, 7), step(5, 8)])).toEqual({
      since: 7,
      isApart: false,
    });
  });

  it('is apart from who did not go through its last view', () => {
    const mine = [...COMMON, step(3, 8)];
    expect(splitOf(mine, COMMON)).toEqual({ since: 8, isApart: true });
    expect(splitOf(mine, [...COMMON, step(3, 6, 2)])).toEqual({ since: 6, isApart: true });
    expect(splitOf(mine, [...COMMON, step(3, 9, 2), step(4, 12, 2)])).toEqual({ since: 8, isApart: true });
  });

  it('takes the last view in common, wherever the other lists it', () => {
    const mine = [step(1, 0), step(2, 2), step(3, 3)];
    const theirs = [step(2, 2), step(3, 3), step(4, 5)];
    expect(splitOf(mine, theirs)).toEqual({ since: 5, isApart: false });
    expect(splitOf(theirs, mine)).toEqual({ since: 5, isApart: true });
  });

  it('has nothing in common without a view in common', () => {
    expect(splitOf([step(1, 0)], [step(1, 0, 2)])).toEqual({ since: 0, isApart: true });
    expect(splitOf([step(1, 0)], [])).toEqual({ since: 0, isApart: true });
    expect(splitOf([], [step(1, 0)])).toEqual({ since: 0, isApart: false });
  });
});

describe('A history', () => {
  it('grows by the views that are gone through, up to a bound', () => {
    const view = viewOf([1, 2], { start: 6 });
    expect(withStep(COMMON, view)).toEqual([...COMMON, { id: view.id, start: 6 }]);
    const full = Array.from({ length: HISTORY_LIMIT }, (_, index) => step(index, 0));
    const next = withStep(full, view);
    expect([next.length, next[0], next.at(-1)]).toEqual([HISTORY_LIMIT, full[1], { id: view.id, start: 6 }]);
  });

  it('is told as far as its last views', () => {
    const long = Array.from({ length: 100 }, (_, index) => step(index, 0));
    expect([recent(COMMON), recent(long)]).toEqual([COMMON, long.slice(36)]);
  });
});
