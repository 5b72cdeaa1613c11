import { describe, expect, it } from '@jest/globals';
import { member, promise, server, viewOf } from './testing/fixtures.js';
import { accept, at, next, prepare, Voter } from './testing/voter.js';

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
