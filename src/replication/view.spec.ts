import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { member, server, viewOf } from './testing/fixtures.js';
import {
  isQuorum,
  isWorthJoining,
  keepsLineage,
  othersAfter,
  outranks,
  placeFor,
  predecessorOf,
  rootNumber,
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

/** A view of four of which these have a disk. */
function withDisks(...durable: number[]): View {
  const members = [1, 2, 3, 4].map((one) => member(one, { durable: durable.includes(one) }));
  return viewOf([1, 2, 3, 4], { members });
}

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

  it('never takes a server with a disk for gone for good', () => {
    expect(keepsLineage(withDisks(4), set(2, 3), set(1, 4), 'available')).toBe(false);
    expect(keepsLineage(withDisks(1), set(2, 3), set(1, 4), 'available')).toBe(false);
    expect(keepsLineage(withDisks(2, 3), set(2, 3), set(1, 4), 'available')).toBe(true);
    expect(keepsLineage(withDisks(1, 4), set(2, 3, 4), set(1), 'available')).toBe(true);
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

/** A view outside of the lineage that goes back to the view of this number. */
function outsideOf(root: number, members: readonly number[], fields: Partial<View> = {}): View {
  return viewOf(members, {
    id: id(9, members[0]!),
    parent: id(8, members[0]!),
    provisional: true,
    root: { id: id(root, 1), members: [1, 2, 3, 4, 5] },
    ...fields,
  });
}

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
    expect(supersedes(viewOf([1, 2], fields), current, 1)).toBe(expected);
  });

  it('takes nobody along who is left out of a provisional view', () => {
    const child = viewOf([1, 2], { id: id(6, 2), parent: id(5, 1) });
    expect(supersedes(child, current, 3)).toBe(true);
    expect(supersedes({ ...child, provisional: true }, current, 3)).toBe(false);
  });

  it('leads out of a provisional view to the lineage who is not in the new view, whatever it wrote apart', () => {
    const outside = outsideOf(5, [1, 2, 3]);
    const later = viewOf([1, 2], { id: id(8, 2), parent: id(7, 3) });
    expect(supersedes(later, outside, 3)).toBe(true);
    expect(supersedes(later, outside, 1)).toBe(false);
    expect(supersedes(viewOf([1, 2], { id: id(5, 1) }), outside, 3)).toBe(false);
  });

  it('leads from a provisional view to one that ranks higher, and not back', () => {
    const [lower, higher] = [outsideOf(5, [3]), outsideOf(5, [1, 2])];
    expect([supersedes(higher, lower, 3), supersedes(lower, higher, 1)]).toEqual([true, false]);
    expect(supersedes({ ...higher, ring: 2 }, lower, 3)).toBe(false);
  });
});

/** What a view is ranked by. */
function rankOf(view: View): string {
  return `${rootNumber(view)} ${view.members.length} ${view.members[0]!.id}`;
}

describe('outranks', () => {
  it.each<[string, View, View]>([
    ['of two of the lineage, the later', viewOf([1], { id: id(6, 1) }), viewOf([1, 2, 3], { id: id(5, 1) })],
    ['what goes back to a later view', outsideOf(6, [3]), outsideOf(5, [1, 2])],
    ['the lineage, when it has gone on', viewOf([3], { id: id(6, 1) }), outsideOf(5, [1, 2])],
    ['what goes back to a later view of the lineage', outsideOf(6, [3]), viewOf([1, 2], { id: id(5, 1) })],
    ['of equals, the larger', outsideOf(5, [2, 3]), outsideOf(5, [1])],
    ['of two that people declared to be the lineage, the larger', viewOf([2, 3]), viewOf([1])],
    ['of equals as large, that of the lower id', outsideOf(5, [1]), outsideOf(5, [2])],
  ])('%s', (_, higher, lower) => {
    expect([outranks(higher, lower), outranks(lower, higher)]).toEqual([true, false]);
  });

  it('leaves the lineage for nothing that goes back to its own view, nor that for the view', () => {
    const [root, outside] = [viewOf([1, 2, 3]), outsideOf(5, [1])];
    expect([outranks(root, outside), outranks(outside, root)]).toEqual([false, false]);
  });

  it('never holds both ways, and for one of any two that are apart', () => {
    const ranked = fc
      .record({
        number: fc.integer({ min: 1, max: 3 }),
        size: fc.integer({ min: 1, max: 3 }),
        primary: fc.integer({ min: 1, max: 3 }),
        provisional: fc.boolean(),
      })
      .map(({ number, size, primary, provisional }) => {
        const members = Array.from({ length: size }, (_, index) => primary + 10 * index);
        return provisional ? outsideOf(number, members) : viewOf(members, { id: id(number, primary) });
      });
    fc.assert(
      fc.property(ranked, ranked, (a, b) => {
        expect(outranks(a, b) && outranks(b, a)).toBe(false);
        const areApart = rootNumber(a) !== rootNumber(b) || a.provisional === b.provisional;
        const isDecided = areApart && rankOf(a) !== rankOf(b);
        expect(outranks(a, b) || outranks(b, a)).toBe(isDecided);
      }),
    );
  });

  it('orders views that are outside: what outranks one outranks what that one does', () => {
    const outside = fc
      .tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 }))
      .map(([root, size, primary]) => outsideOf(root, [primary, primary + 10].slice(0, size)));
    fc.assert(
      fc.property(outside, outside, outside, (a, b, c) => {
        fc.pre(outranks(a, b) && outranks(b, c));
        expect(outranks(a, c)).toBe(true);
      }),
    );
  });
});

describe('isWorthJoining', () => {
  it.each<[string, View, boolean]>([
    ['a later view of the lineage', viewOf([2], { id: id(6, 2) }), true],
    ['what went on from its own view without a quorum', outsideOf(5, [2]), true],
    ['another view with its number', viewOf([2], { id: id(5, 2) }), true],
    ['its own view', current, false],
    ['an earlier view of the lineage', viewOf([2], { id: id(4, 2) }), false],
    ['what goes back to an earlier view, however late', outsideOf(4, [2, 3], { id: id(99, 2) }), false],
    ['another ring', viewOf([2], { id: id(6, 2), ring: 2 }), false],
  ])('%s: %#', (_, view, expected) => {
    expect(isWorthJoining(view, current)).toBe(expected);
  });
});
