import { describe, expect, it } from '@jest/globals';
import { server, viewOf } from './testing/fixtures.js';
import {
  isQuorum,
  keepsLineage,
  othersAfter,
  placeFor,
  predecessorOf,
  successorOf,
  supersedes,
  type View,
  type ViewId,
} from './view.js';

const set = (...ids: number[]): Set<number> => new Set(ids);
const ids = (members: readonly { id: number }[]): number[] => members.map(({ id }) => id);

describe('A view', () => {
  const view = viewOf([1, 2, 3]);

  it('is a ring', () => {
    expect(ids([1, 2, 3].map((id) => successorOf(view, id)))).toEqual([2, 3, 1]);
    expect(ids([1, 2, 3].map((id) => predecessorOf(view, id)))).toEqual([3, 1, 2]);
    expect(ids([successorOf(viewOf([7]), 7), predecessorOf(viewOf([7]), 7)])).toEqual([7, 7]);
    expect([1, 2, 3].map((id) => ids(othersAfter(view, id)))).toEqual([
      [2, 3],
      [3, 1],
      [1, 2],
    ]);
  });
});

describe('isQuorum', () => {
  it('is more than half, or half with the primary', () => {
    const view = viewOf([1, 2, 3, 4]);
    const cases = [set(2, 3, 4), set(1, 4), set(2, 3), set(1), set(2, 3, 8, 9)];
    expect(cases.map((present) => isQuorum(view, present))).toEqual([true, true, false, false, false]);
  });

  it('is never there twice', () => {
    for (const size of [1, 2, 3, 4, 5, 6]) {
      const all = Array.from({ length: size }, (_, index) => index + 1);
      const view = viewOf(all);
      for (let mask = 0; mask < 1 << size; mask++) {
        const inside = new Set(all.filter((id) => mask & (1 << (id - 1))));
        const outside = new Set(all.filter((id) => !inside.has(id)));
        expect(isQuorum(view, inside) && isQuorum(view, outside)).toBe(false);
        expect(isQuorum(view, inside) || isQuorum(view, outside)).toBe(true);
      }
    }
  });
});

describe('keepsLineage', () => {
  const four = viewOf([1, 2, 3, 4]);

  it('lets half of the view go on when all of the other half is certainly gone', () => {
    expect(keepsLineage(four, set(2, 3), set(), 'available')).toBe(false);
    expect(keepsLineage(four, set(2, 3), set(1), 'available')).toBe(false);
    expect(keepsLineage(four, set(2, 3), set(1, 4), 'available')).toBe(true);
    expect(keepsLineage(viewOf([1, 2]), set(2), set(1), 'available')).toBe(true);
  });

  it('does not when less than half is there', () => {
    expect(keepsLineage(four, set(4), set(1, 2, 3), 'available')).toBe(false);
    expect(keepsLineage(viewOf([1, 2, 3]), set(3), set(1, 2), 'available')).toBe(false);
  });

  it('wants a quorum of the living under primary', () => {
    expect(keepsLineage(four, set(2, 3), set(1, 4), 'primary')).toBe(false);
    expect(keepsLineage(viewOf([1, 2]), set(2), set(1), 'primary')).toBe(false);
    expect(keepsLineage(four, set(1, 2), set(), 'primary')).toBe(true);
  });
});

describe('placeFor', () => {
  const members = [9, 8, 8, 5].map((priority, index) => server(index, { priority }));
  const place = (priority: number): number => placeFor(members, server(7, { priority }));

  it('is behind equals, and never before the primary', () => {
    expect([9, 8, 7, 5, 4].map(place)).toEqual([1, 3, 3, 4, 4]);
    expect(
      [99, 1].map((priority) => placeFor([server(1, { priority: 5 })], server(7, { priority }))),
    ).toEqual([1, 1]);
    expect(place(99)).toBe(1);
  });
});

const id = (number: number, proposer: number): ViewId => ({ number, proposer });
const current = viewOf([1, 2, 3], { id: id(5, 1), parent: id(4, 1) });

const apart = { lineage: 4, wrote: false };

describe('supersedes', () => {
  it.each<[string, Partial<View>, boolean]>([
    ['its child', { id: id(6, 2), parent: id(5, 1) }, true],
    ['its provisional child', { id: id(6, 2), parent: id(5, 1), provisional: true }, true],
    ['a later view of the lineage', { id: id(8, 2), parent: id(7, 3) }, true],
    ['a later view outside the lineage', { id: id(8, 2), parent: id(7, 3), provisional: true }, false],
    ['the view itself', { id: id(5, 1), parent: id(4, 1) }, false],
    ['another view with its number', { id: id(5, 2), parent: id(4, 1) }, false],
    ['an earlier view', { id: id(3, 1), parent: id(2, 1) }, false],
    ['a child of another view with its number', { id: id(5, 3), parent: id(5, 2) }, false],
    ['a child in another ring', { id: id(6, 2), parent: id(5, 1), ring: 2 }, false],
  ])('%s: %#', (_, fields, expected) => {
    expect(supersedes(viewOf([1, 2], fields), current, 1, apart)).toBe(expected);
  });

  it('takes nobody along who is left out of a provisional view', () => {
    const child = viewOf([1, 2], { id: id(6, 2), parent: id(5, 1) });
    expect(supersedes(child, current, 3, apart)).toBe(true);
    expect(supersedes({ ...child, provisional: true }, current, 3, apart)).toBe(false);
  });

  it('leads back to the lineage who was left out of it and wrote nothing apart', () => {
    const outside = { ...current, provisional: true };
    const later = viewOf([1, 2], { id: id(8, 2), parent: id(7, 3) });
    expect(supersedes(later, outside, 3, apart)).toBe(true);
    expect(supersedes(later, outside, 3, { ...apart, wrote: true })).toBe(false);
    expect(supersedes(later, outside, 3, { ...apart, lineage: 8 })).toBe(false);
    expect(supersedes(later, outside, 1, apart)).toBe(false);
  });
});
