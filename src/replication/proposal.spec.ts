import { describe, expect, it } from '@jest/globals';
import { remainingLeaseMs } from './lease.js';
import type { Accept, Accused, Prepare, Promise } from './messages.js';
import { isChosen, propose } from './proposal.js';
import type { Vote } from './saved.js';
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

  it('lets the last that keeps bodies go no more than that, and a gateway as soon as another has its log', () => {
    const members = [member(1), member(2, { capacity: 0 }), member(3, { capacity: 0 })];
    const of = viewOf([1, 2, 3], { members });
    const all = [promise(1), promise(2), promise(3)];
    expect(ids(proposed(prepare(of, all, { leavers: [1] })))).toEqual([1, 2, 3]);
    expect(ids(proposed(prepare(of, all, { leavers: [2] })))).toEqual([1, 3]);
    const gateways = viewOf([2, 3], { members: members.slice(1) });
    expect(ids(proposed(prepare(gateways, all.slice(1), { leavers: [2] })))).toEqual([3]);
  });
});

/** A member that has come back: as server 13 in the place of 3, unless `fields` say otherwise. */
function returned(id: number, fields: Partial<Promise> = {}): Promise {
  return promise(id, { as: server(10 + id, { was: id, durable: true }), ...fields });
}

const placed = (view: View | null): unknown[] => view!.members.map(({ id, full, last }) => [id, full, last]);

describe('Members that have come back', () => {
  it('are in the next view as whom they have become, which says whose place that was, and in the one after that for good', () => {
    const view = proposed(prepare(three, [promise(1), returned(2), promise(3)]))!;
    expect(view.members[1]).toEqual(member(12, { durable: true, was: 2, last: 10 }));
    expect(placed(view)).toEqual([
      [1, true, 10],
      [12, true, 10],
      [3, true, 10],
    ]);
    const next = proposed(prepare(view, [promise(1), promise(12), promise(3)]))!;
    expect(next.members.map(({ id, was }) => [id, was])).toEqual([
      [1, 0],
      [12, 0],
      [3, 0],
    ]);
  });

  it('are led by the first that has the longest log; who has less is to be filled', () => {
    const logs = [returned(1, { last: 8 }), returned(2, { last: 12 }), returned(3, { last: 12 })];
    const view = proposed(prepare(three, logs));
    expect(placed(view)).toEqual([
      [12, true, 12],
      [11, false, 8],
      [13, true, 12],
    ]);
    expect(view!.start).toBe(12);
  });

  it('are not led by a longer log that lacks bodies', () => {
    const logs = [returned(1, { last: 8 }), returned(2, { last: 12, lacks: true }), returned(3, { last: 8 })];
    const view = proposed(prepare(three, logs));
    expect(placed(view)).toEqual([
      [11, true, 8],
      [12, false, 8],
      [13, true, 8],
    ]);
  });

  it('may lead without some bodies when nobody has more', () => {
    const logs = [returned(1, { last: 8, lacks: true }), returned(2, { last: 12, lacks: true })];
    expect(placed(proposed(prepare(three, logs)))).toEqual([
      [12, false, 12],
      [11, false, 8],
    ]);
  });

  it('have a voice, but no place, with a disk that cannot be trusted', () => {
    const both = [promise(1), returned(2, { isDamaged: true })];
    const view = proposed(prepare(three, both));
    expect([ids(view), view!.provisional]).toEqual([[1], false]);
    expect(proposed(prepare(three, [promise(1)]))!.provisional).toBe(true);
    expect(proposed(prepare(three, [returned(1, { isDamaged: true })]))).toBeNull();
  });

  it('do not make others look as if they lacked something with the state of another ring', () => {
    const foreign = returned(1, { isDamaged: true, last: 1000, watermark: 1000 });
    const sound = [2, 3].map((id) => returned(id, { last: 100, watermark: 100 }));
    expect(placed(proposed(prepare(three, [foreign, ...sound])))).toEqual([
      [12, true, 100],
      [13, true, 100],
    ]);
  });

  it('go on with a damaged disk when people say so', () => {
    const view = proposed(prepare(three, [returned(3, { isDamaged: true, adopts: true })]));
    expect([ids(view), view!.provisional]).toEqual([[13], false]);
  });

  it('have newcomers behind them that know their place by its former name, or the new one', () => {
    for (const after of [2, 12]) {
      const newcomers = [{ server: server(7, { was: 70 }), after, last: 10, full: true, vote: null }];
      const view = proposed(prepare(three, [promise(1), returned(2), promise(3)], { newcomers }));
      expect([ids(view), view!.members[2]!.was]).toEqual([[1, 12, 7, 3], 0]);
    }
  });
});

/** A view outside of the lineage of two of the root, in which both may speak as whom they were there. */
const outside = viewOf([21, 22], {
  id: { number: 8, proposer: 21 },
  members: [member(21, { vote: 1 }), member(22, { vote: 2 })],
  provisional: true,
  root,
});
const here = [promise(21), promise(22)];

/** Whether the next view is of the lineage again, with newcomers that may say this. */
function isRegained(
  promises: Promise[],
  votes: (Vote | null)[] = [],
  of = outside,
  leavers: number[] = [],
): boolean {
  const newcomers = votes.map((vote, index) => ({
    server: server(30 + index),
    after: 22,
    last: 10,
    full: true,
    vote,
  }));
  const { provisional, root: next } = proposed(prepare(of, promises, { newcomers, leavers }))!;
  expect(next).toEqual(provisional ? root : null);
  return !provisional;
}

const voteAs = (as: number, fields: Partial<Vote> = {}): Vote => ({
  view: root.id,
  as,
  isBound: false,
  ...fields,
});

describe('The lineage', () => {
  it('is left for a view that knows what it goes back to, and who may speak there', () => {
    const view = proposed(prepare(three, [promise(3)], { accused: [silent(1), silent(2)] }))!;
    expect(view.root).toEqual({ id: three.id, members: [1, 2, 3] });
    expect(view.members.map(({ vote }) => vote)).toEqual([3]);
    const accepted = { ballot: BALLOT, view: viewOf([1, 2, 3]) };
    const bound = proposed(prepare(three, [promise(3, { accepted })]))!;
    expect(bound.members.map(({ vote }) => vote)).toEqual([0]);
  });

  it('is regained by a quorum of the root, whoever comes with it', () => {
    expect([isRegained(here), isRegained(here, [voteAs(3)])]).toEqual([false, true]);
    expect([
      isRegained([promise(21)], [voteAs(3)]),
      isRegained([promise(22)], [voteAs(3), voteAs(4)]),
    ]).toEqual([false, true]);
  });

  it('is not regained by one voice twice, by none, or by that of a stranger', () => {
    const wrong = [voteAs(1), voteAs(2), null, voteAs(9), voteAs(0)];
    for (const vote of wrong) expect(isRegained(here, [vote, vote])).toBe(false);
    expect(isRegained(here, [...wrong, voteAs(4)])).toBe(true);
  });

  it('is not regained by who may have chosen something else there, or speaks of another view', () => {
    expect(isRegained(here, [voteAs(3, { isBound: true })])).toBe(false);
    expect(isRegained(here, [voteAs(3, { view: { number: 4, proposer: 9 } })])).toBe(false);
    expect(isRegained(here, [voteAs(3, { isBound: true }), voteAs(4)])).toBe(true);
  });

  it('is not regained by members that are not here, or have bound themselves', () => {
    expect(isRegained([promise(22)], [voteAs(3)])).toBe(false);
    // Of three, one has accepted a view of the lineage. It is alone, so what it accepted cannot be taken over.
    const accepted = { ballot: BALLOT, view: viewOf([21, 22, 30]) };
    const of = { ...outside, members: [...outside.members, member(23, { vote: 5 })] };
    const votes = [voteAs(3), voteAs(4)];
    expect([
      isRegained([promise(22)], votes, of),
      isRegained([promise(22, { accepted })], votes, of),
    ]).toEqual([true, false]);
  });

  it('is not regained by the voice of who is not in the next view: it could be given to another ring as well', () => {
    const damaged = [returned(21, { isDamaged: true }), promise(22)];
    expect([isRegained(damaged, [voteAs(3)]), isRegained(damaged, [voteAs(3), voteAs(4)])]).toEqual([
      false,
      true,
    ]);
    expect([
      isRegained(here, [voteAs(3)], outside, [21]),
      isRegained(here, [voteAs(3), voteAs(4)], outside, [21]),
    ]).toEqual([false, true]);
  });

  it('gives its members no voices of their own any more', () => {
    const newcomers = [{ server: server(30), after: 22, last: 10, full: true, vote: voteAs(3) }];
    const back = proposed(prepare(outside, here, { newcomers }))!;
    expect(back.members.map(({ id, vote }) => [id, vote])).toEqual([
      [21, 0],
      [22, 0],
      [30, 0],
    ]);
    const still = proposed(prepare(outside, here, { newcomers: [{ ...newcomers[0]!, vote: voteAs(2) }] }))!;
    expect(still.members.map(({ vote }) => vote)).toEqual([1, 2, 2]);
  });

  it('is where people say that it is', () => {
    const accused = [silent(1), silent(2)];
    const adopted = proposed(prepare(three, [promise(3, { adopts: true })], { accused }))!;
    expect([adopted.provisional, adopted.root]).toEqual([false, null]);
    expect(isRegained([promise(21, { adopts: true }), promise(22)])).toBe(true);
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

  it('counts who has come back by its former place', () => {
    const provisional = viewOf([4, 15], { members: [member(4), member(15, { was: 5 })], provisional: true });
    const five = viewOf([1, 2, 3, 4, 5]);
    expect(isChosen(five, accept(provisional, [4]), 'available')).toBe(false);
    expect(isChosen(five, accept(provisional, [4, 5]), 'available')).toBe(true);
  });

  it('wants a view that comes back to the lineage accepted by all of its members that had a voice before', () => {
    const back = viewOf([21, 22, 30], { parent: outside.id });
    expect(isChosen(outside, accept(back, [21]), 'primary')).toBe(false);
    expect(isChosen(outside, accept(back, [21, 22]), 'primary')).toBe(true);
  });

  it('takes what people declare to be the lineage, when its own members accept it, and no other', () => {
    const declared = viewOf([3], { parent: three.id });
    expect(isChosen(three, accept(declared, [3]), 'available', true)).toBe(true);
    expect(isChosen(three, accept(declared, [3]), 'available')).toBe(false);
    expect(isChosen(three, accept(viewOf([2, 3]), [3]), 'available', true)).toBe(false);
  });
});
