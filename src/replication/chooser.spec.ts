import { describe, expect, it } from '@jest/globals';
import { EMPTY_DISK, member, promise, record, server, viewOf } from './testing/fixtures.js';
import type { Prepare } from './messages.js';
import { accept, at, next, prepare, view, Voter } from './testing/voter.js';

/** What a member answers to a lap that accuses server 3, which it heard so long ago. */
function accusing(gone: boolean, heardMs: number): unknown {
  const voter = new Voter(2);
  voter.wait(heardMs);
  voter.chooser.prepare(prepare(at(1, 1), { accused: [{ id: 3, gone }] }));
  return voter.out()[0];
}

describe('A member that is asked', () => {
  it('promises, is sealed, and tells what it has', () => {
    const voter = new Voter(2);
    voter.state.catalogue.last = 4;
    voter.chooser.prepare(prepare(at(1, 1)));
    expect(voter.state.sealed).toBe(true);
    const promised = promise(2, { last: 4, ages: [7, 7, 7], holdMs: 5 });
    expect(voter.out()).toMatchObject([{ promises: [promised], leavers: [], filled: [], objected: false }]);
  });

  it('hands the lap to the members behind it, up to the proposer', () => {
    const voter = new Voter(2);
    voter.chooser.prepare(prepare(at(1, 1)));
    expect(voter.chooser.courier.target).toBe('r3');
    voter.chooser.courier.dialFailed('r3', true);
    const last = new Voter(3);
    last.chooser.prepare(prepare(at(1, 2)));
    expect(last.chooser.courier.target).toBe('r1');
  });

  it('does not answer a lower ballot after a higher one', () => {
    const voter = new Voter(2);
    voter.chooser.prepare(prepare(at(2, 1)));
    voter.out();
    voter.chooser.prepare(prepare(at(1, 3)));
    voter.chooser.accept(accept(at(1, 3)));
    expect(voter.out()).toEqual([]);
    voter.chooser.prepare(prepare(at(2, 3)));
    expect(voter.out()).toMatchObject([{ promises: [{ accepted: null }] }]);
  });

  it('tells in a later promise what it has accepted, and with which ballot', () => {
    const voter = new Voter(2);
    voter.chooser.accept(accept(at(1, 3)));
    expect(voter.out()).toMatchObject([{ acceptedBy: [2] }]);
    voter.chooser.prepare(prepare(at(2, 1)));
    expect(voter.out()).toMatchObject([{ promises: [{ accepted: { ballot: at(1, 3), view: next } }] }]);
  });

  it('forgets ballots when a view is installed', () => {
    const voter = new Voter(2);
    voter.chooser.accept(accept(at(9, 3)));
    voter.enter(viewOf([1, 2, 3], { id: at(6, 1) }));
    voter.chooser.installed(voter.state.view!);
    voter.out();
    voter.chooser.prepare(prepare(at(1, 1), { of: voter.state.view! }));
    expect(voter.out()).toMatchObject([{ promises: [{ accepted: null }] }]);
  });

  it('objects when it hears whom a lap accuses of silence, and not when that process is gone', () => {
    expect(accusing(false, 500)).toMatchObject({ objected: true });
    expect(accusing(false, 501)).toMatchObject({ objected: false });
    expect(accusing(true, 0)).toMatchObject({ objected: false });
  });

  it('adds its wishes: to leave, to be full, a newcomer that comes next on the lap', () => {
    const of = viewOf([1, 2, 3], { members: [member(1), member(2, { full: false }), member(3)] });
    const voter = new Voter(2, of);
    voter.state.leaving = true;
    voter.newcomer = { server: server(7), after: 2, last: 0, full: true, vote: null };
    voter.chooser.prepare(prepare(at(1, 1), { of }));
    expect(voter.chooser.courier.target).toBe('r7');
    voter.connect(server(7));
    voter.chooser.courier.linked('r7');
    expect(voter.out()).toMatchObject([{ leavers: [2], filled: [2], newcomers: [voter.newcomer] }]);
  });

  it('leaves a newcomer out that it cannot hand the lap to', () => {
    const voter = new Voter(2);
    voter.newcomer = { server: server(7), after: 2, last: 0, full: true, vote: null };
    voter.chooser.prepare(prepare(at(1, 1)));
    voter.chooser.courier.dialFailed('r7', true);
    expect(voter.out()).toMatchObject([{ newcomers: [], accused: [] }]);
    expect(voter.newcomer).toBeNull();
  });
});

describe('A member that has come back', () => {
  const choice = { name: 'choice' as const, of: view.id, promised: at(4, 3), accepted: null };

  /** Server 22 in the place of 2. */
  function returned(saved = choice, firstAfterMs = 400): Voter {
    const voter = new Voter(2);
    Object.assign(voter.state, { self: server(22, { was: 2 }), phase: 'returning' });
    voter.chooser.resume(view, saved, firstAfterMs);
    return voter;
  }

  it('is bound by what it promised and accepted before', () => {
    const accepted = { ballot: at(4, 3), view: next };
    const voter = returned({ ...choice, accepted } as never);
    voter.chooser.prepare(prepare(at(4, 1)));
    expect(voter.out()).toEqual([]);
    voter.chooser.prepare(prepare(at(5, 1)));
    const answer = { member: 2, as: { id: 22, was: 2 }, accepted };
    expect([voter.out(), voter.chooser.isBound]).toMatchObject([[{ promises: [answer] }], true]);
  });

  it('says what it lacks, and that its disk is damaged', () => {
    const voter = returned();
    voter.state.catalogue.load([record(1, { body: null })]);
    voter.state.isDamaged = true;
    voter.chooser.prepare(prepare(at(5, 1)));
    expect(voter.out()).toMatchObject([{ promises: [{ lacks: true, isDamaged: true }] }]);
  });

  it('proposes after a while, unless a ring was met that may take it in', () => {
    const proposedAfter = [false, true].map((isHeld) => {
      const voter = returned();
      const since = voter.state.now;
      voter.tickFor(200);
      if (isHeld) voter.chooser.hold();
      while (voter.out().length === 0) voter.tickFor(50);
      return voter.state.now - since;
    });
    expect(proposedAfter).toEqual([450, 1450]);
  });

  it('goes on without a quorum only after the others have had the time to come back', () => {
    const goesOnAfter = [0, 2 * 1000].map((ms) => {
      const voter = returned();
      voter.wait(ms);
      voter.chooser.insist();
      voter.out();
      voter.wait(501);
      const promises = [promise(2, { as: voter.state.self })];
      voter.chooser.prepare(prepare(at(5, 2), { promises }));
      return voter.installed.map(({ provisional }) => provisional);
    });
    expect(goesOnAfter).toEqual([[], [true]]);
  });

  it('takes no part any more when it gives its view up', () => {
    const voter = returned();
    voter.chooser.withdraw();
    expect([voter.chooser.choice, voter.chooser.isBound, voter.chooser.courier.target]).toEqual([
      null,
      false,
      null,
    ]);
    voter.tickFor(5000);
    expect(voter.out()).toEqual([]);
  });
});

describe('What a member promises and accepts', () => {
  it('is on its disk before anybody hears of it', () => {
    const voter = new Voter(2, view, { saved: EMPTY_DISK });
    const heard: unknown[] = [];
    for (const act of [
      () => voter.chooser.prepare(prepare(at(1, 1))),
      () => voter.chooser.accept(accept(at(1, 1))),
    ]) {
      act();
      voter.journal.flush(() => ({ name: 'mark', watermark: 0, floor: 0, origins: [] }));
      const { saves, messages } = voter.effects.take()!;
      heard.push([saves!.isVital, saves!.changes, messages.length]);
      voter.journal.saved(saves!.sequence);
      heard.push(voter.out().map(({ kind }) => kind));
    }
    const promised = { name: 'choice', of: view.id, promised: at(1, 1), accepted: null };
    const accepted = { ...promised, accepted: { ballot: at(1, 1), view: next } };
    expect(heard).toEqual([
      [true, [{ kind: 'fact', fact: promised }], 0],
      ['prepare'],
      [true, [{ kind: 'fact', fact: accepted }], 0],
      ['accept'],
    ]);
  });

  it('vouches for no newcomer that is lost before, nor for one that was not ready then', () => {
    const newcomers = [7, 8].map((id) => {
      const voter = new Voter(2, view, { saved: EMPTY_DISK });
      const newcomer = { server: server(7), after: 2, last: 0, full: true, vote: null };
      voter.connect(server(7));
      voter.newcomer = id === 7 ? newcomer : null;
      voter.chooser.prepare(prepare(at(1, 1)));
      voter.newcomer = id === 7 ? null : newcomer;
      voter.journal.flush(() => ({ name: 'mark', watermark: 0, floor: 0, origins: [] }));
      voter.journal.saved(voter.effects.take()!.saves!.sequence);
      expect(voter.chooser.courier.target).toBe('r3');
      return (voter.out() as Prepare[])[0]!.newcomers;
    });
    expect(newcomers).toEqual([[], []]);
  });

  it('is not told any more when another proposal has its promise meanwhile', () => {
    const voter = new Voter(2, view, { saved: EMPTY_DISK });
    voter.chooser.prepare(prepare(at(1, 1)));
    voter.chooser.prepare(prepare(at(2, 3)));
    voter.journal.flush(() => ({ name: 'mark', watermark: 0, floor: 0, origins: [] }));
    voter.journal.saved(voter.effects.take()!.saves!.sequence);
    expect(voter.out()).toMatchObject([{ ballot: at(2, 3) }]);
  });
});
