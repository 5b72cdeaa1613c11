import { describe, expect, it } from '@jest/globals';
import { remainingLeaseMs } from './lease.js';
import type { Accept, Accused, Prepare, Promise } from './messages.js';
import { isChosen, propose } from './proposal.js';
import { member, promise, server, viewOf } from './testing/fixtures.js';
import type { PartitionPolicy, View } from './view.js';

const LEASE_MS = 600;
const BALLOT = { number: 1, proposer: 2 };

function prepare(of: View, promises: Promise[], fields: Partial<Prepare> = {}): Prepare {
  const nobody = { accused: [], objected: false, newcomers: [], leavers: [], filled: [] };
  return { kind: 'prepare', of, ballot: BALLOT, promises, ...nobody, ...fields };
}

function proposed(message: Prepare, policy: PartitionPolicy = 'available'): View | null {
  return propose(message, { policy, leaseMs: LEASE_MS, number: 9 });
}

const ids = (view: View | null): number[] => view!.members.map(({ id }) => id);
const gone = (id: number): Accused => ({ id, gone: true });
const silent = (id: number): Accused => ({ id, gone: false });

const three = viewOf([1, 2, 3]);
/** Of a view of five, of which three are not heard. */
const root = { id: { number: 4, proposer: 5 }, members: [1, 2, 3, 4, 5] };

function acceptedAt(number: number, proposer: number, view: View): Partial<Promise> {
  return { accepted: { ballot: { number, proposer }, view } };
}

function hold(promises: Promise[], fields: Partial<Prepare> = {}): number {
  return proposed(prepare(three, promises, fields))!.holdMs;
}

describe('propose', () => {
  it('takes those who answered, in their order, with what they told', () => {
    const view = proposed(prepare(three, [promise(3, { last: 7 }), promise(2, { last: 9 })]))!;
    expect(view).toEqual({
      id: { number: 9, proposer: 2 },
      parent: three.id,
      ring: three.ring,
      members: [member(2, { last: 9 }), member(3, { last: 7 })],
      start: 9,
      provisional: false,
      root: null,
      holdMs: 0,
    });
  });

  it('adopts what was accepted with the highest ballot', () => {
    const older = viewOf([1, 2], { id: { number: 6, proposer: 3 } });
    const newer = viewOf([2, 3], { id: { number: 6, proposer: 1 } });
    for (const [a, b] of [
      [acceptedAt(1, 9, older), acceptedAt(2, 1, newer)],
      [acceptedAt(2, 3, newer), acceptedAt(2, 1, older)],
    ]) {
      expect(proposed(prepare(three, [promise(1, a), promise(2, b), promise(3)]))).toBe(newer);
      expect(proposed(prepare(three, [promise(1, b), promise(2, a), promise(3)]))).toBe(newer);
    }
  });

  it('does not adopt without a quorum: nobody knows what the others chose', () => {
    const accepted = { ballot: { number: 1, proposer: 1 }, view: viewOf([1, 2]) };
    expect(proposed(prepare(three, [promise(3, { accepted })]))).toMatchObject({ provisional: true });
    expect(proposed(prepare(three, [promise(3, { accepted })]), 'primary')).toBeNull();
  });

  it('adopts no provisional view where a quorum is there, unless it is outside the lineage itself', () => {
    const accepted = acceptedAt(1, 1, viewOf([1], { provisional: true }));
    const promises = [promise(1, accepted), promise(2)];
    expect(ids(proposed(prepare(three, promises)))).toEqual([1, 2]);
    expect(ids(proposed(prepare({ ...three, provisional: true }, promises)))).toEqual([1]);
  });

  it('makes a provisional view without a quorum, unless someone hears a member that it would drop', () => {
    const accused = [silent(1), silent(2)];
    expect(proposed(prepare(three, [promise(3)], { accused }))).toMatchObject({ provisional: true });
    expect(proposed(prepare(three, [promise(3)], { accused, objected: true }))).toBeNull();
    expect(proposed(prepare(three, [promise(1), promise(2)], { objected: true }))).not.toBeNull();
  });

  it('counts who is gone as agreed, and who is only silent not', () => {
    const two = viewOf([1, 2]);
    expect(proposed(prepare(two, [promise(2)], { accused: [gone(1)] }))!.provisional).toBe(false);
    expect(proposed(prepare(two, [promise(2)], { accused: [silent(1)] }))!.provisional).toBe(true);
  });

  it('makes children of a provisional view provisional', () => {
    const of = { ...three, provisional: true, root };
    expect(proposed(prepare(of, [promise(1), promise(2), promise(3)]))).toMatchObject({
      provisional: true,
      root,
    });
  });

  it('puts the first full member in front, and nobody has more than it', () => {
    const of = viewOf([1, 2, 3], { members: [member(1, { full: false }), member(2), member(3)] });
    const promises = [promise(1, { last: 12 }), promise(2, { last: 8 }), promise(3, { last: 7 })];
    const view = proposed(prepare(of, promises))!;
    expect(view.members.map(({ id, last }) => [id, last])).toEqual([
      [2, 8],
      [1, 8],
      [3, 7],
    ]);
    expect(view.start).toBe(8);
  });

  it('lets a filling member lead when no full one is left, and knows who has become full', () => {
    const members = [member(1, { full: false }), member(2, { full: false })];
    const of = viewOf([1, 2], { members });
    expect(ids(proposed(prepare(of, [promise(1), promise(2)])))).toEqual([1, 2]);
    const view = proposed(prepare(of, [promise(1), promise(2)], { filled: [2] }))!;
    expect(view.members.map(({ id, full }) => [id, full])).toEqual([
      [2, true],
      [1, false],
    ]);
  });

  it('does not drop the last full copy while somebody still hears it', () => {
    const members = [member(1), member(2, { full: false }), member(3, { full: false })];
    const of = viewOf([1, 2, 3], { members });
    const both = [promise(2), promise(3)];
    expect(proposed(prepare(of, both, { accused: [silent(1)], objected: true }))).toBeNull();
    expect(ids(proposed(prepare(of, both, { accused: [silent(1)] })))).toEqual([2, 3]);
    expect(ids(proposed(prepare(of, both, { accused: [gone(1)], objected: true })))).toEqual([2, 3]);
  });

  it('puts newcomers behind their predecessors, and leaves out one whose predecessor is not there', () => {
    const newcomers = [
      { server: server(7), after: 1, last: 10, full: false, vote: null },
      { server: server(8), after: 3, last: 9, full: true, vote: null },
      { server: server(9), after: 2, last: 9, full: true, vote: null },
    ];
    const view = proposed(prepare(three, [promise(1), promise(3)], { newcomers }))!;
    expect(view.members).toMatchObject([
      { id: 1 },
      { id: 7, full: false, last: 10 },
      { id: 3 },
      { id: 8, full: true, last: 9 },
    ]);
  });

  it('goes on without who leaves; when everyone does, the proposer is the last', () => {
    const all = [promise(1), promise(2), promise(3)];
    expect(ids(proposed(prepare(three, all, { leavers: [1] })))).toEqual([2, 3]);
    expect(ids(proposed(prepare(three, all, { leavers: [1, 2, 3] })))).toEqual([2]);
  });

  it('lets nobody go with the last full copy', () => {
    const members = [member(1), member(2, { full: false }), member(3)];
    const of = viewOf([1, 2, 3], { members });
    const all = [promise(1), promise(2), promise(3)];
    expect(ids(proposed(prepare(of, all, { leavers: [1] })))).toEqual([3, 2]);
    expect(ids(proposed(prepare(of, all, { leavers: [1, 3] })))).toEqual([1, 2, 3]);
    expect(ids(proposed(prepare(of, all, { leavers: [1, 3], filled: [2] })))).toEqual([2]);
  });
});

describe('The hold of a proposed view', () => {
  it('is the longest lease that a dropped member may hold, as any survivor saw it', () => {
    const promises = [promise(2, { ages: [400, 5, 0] }), promise(3, { ages: [300, 0, 5] })];
    expect(hold(promises)).toBe(remainingLeaseMs(LEASE_MS, 300));
    expect(hold([promise(2, { ages: [800, 0, 0] }), promise(3, { ages: [750, 0, 0] })])).toBe(0);
    expect(hold([promise(2, { ages: [-1, 0, 0] }), promise(3, { ages: [-1, 0, 0] })])).toBe(0);
  });

  it('spares who is certainly gone, and who answered', () => {
    const promises = [promise(2, { ages: [400, 5, 0] }), promise(3, { ages: [300, 0, 5] })];
    expect(hold(promises, { accused: [gone(1)] })).toBe(0);
    expect(hold(promises, { accused: [silent(1)] })).toBe(remainingLeaseMs(LEASE_MS, 300));
    expect(hold([...promises, promise(1, { ages: [0, 0, 0] })], { leavers: [1] })).toBe(0);
  });

  it('is not cut short by a second change', () => {
    const all = [promise(1, { holdMs: 120 }), promise(2, { holdMs: 250 }), promise(3)];
    expect(hold(all)).toBe(250);
  });
});

describe('isChosen', () => {
  const accept = (view: View, acceptedBy: number[], goneIds: number[] = []): Accept => {
    const fields = { leavers: [], gone: goneIds };
    return { kind: 'accept', of: three, ballot: BALLOT, view, acceptedBy, ...fields };
  };
  const next = viewOf([2, 3], { parent: three.id });

  it('wants a quorum of the present view, not of the next one', () => {
    expect(isChosen(three, accept(next, [2]), 'available')).toBe(false);
    expect(isChosen(three, accept(next, [2, 3]), 'primary')).toBe(true);
    expect(isChosen(three, accept(viewOf([3]), [3], [1, 2]), 'available')).toBe(false);
  });

  it('wants a provisional view accepted by all of its members, but for newcomers', () => {
    const five = viewOf([1, 2, 3, 4, 5]);
    const provisional = viewOf([4, 7, 5], { provisional: true });
    expect(isChosen(five, accept(provisional, [4]), 'available')).toBe(false);
    expect(isChosen(five, accept(provisional, [4, 5]), 'available')).toBe(true);
  });
});
