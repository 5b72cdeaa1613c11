import { describe, expect, it } from '@jest/globals';
import { Chooser } from './chooser.js';
import type { Accept, Ballot, Newcomer, Prepare } from './messages.js';
import { Station, member, server, viewOf } from './testing/fixtures.js';
import type { View } from './view.js';

const view = viewOf([1, 2, 3]);
const next = viewOf([1, 2], { id: { number: 6, proposer: 3 }, parent: view.id });

/** A member that is connected to all others, and its chooser. */
class Voter extends Station {
  readonly chooser: Chooser;
  readonly installed: View[] = [];
  newcomer: Newcomer | null = null;

  constructor(self: number, of = view) {
    super(self, of);
    this.chooser = new Chooser(this.state, this.links, {
      ages: () => of.members.map(() => 7),
      holdMs: () => 5,
      newcomer: () => this.newcomer,
      newcomerLost: () => (this.newcomer = null),
      install: (chosen) => this.installed.push(chosen),
    });
    for (const one of of.members) if (one.id !== self) this.connect(server(one.id));
    this.chooser.installed(of);
  }

  out(): (Prepare | Accept)[] {
    return this.messages() as (Prepare | Accept)[];
  }

  tickFor(ms: number): void {
    for (let at = 0; at < ms; at += 50) {
      this.wait(50);
      for (const { link } of this.links.allUp()) this.links.heard(link!, this.state.now);
      this.chooser.tick();
    }
  }
}

function prepare(ballot: Ballot, fields: Partial<Prepare> = {}): Prepare {
  const nobody = { promises: [], accused: [], objected: false, newcomers: [], leavers: [], filled: [] };
  return { kind: 'prepare', of: view, ballot, ...nobody, ...fields };
}

function accept(ballot: Ballot, fields: Partial<Accept> = {}): Accept {
  return { kind: 'accept', of: view, ballot, view: next, acceptedBy: [], leavers: [3], gone: [], ...fields };
}

const at = (number: number, proposer: number): Ballot => ({ number, proposer });

describe('A member that is asked', () => {
  it('promises, is sealed, and tells what it has', () => {
    const voter = new Voter(2);
    voter.state.catalogue.last = 4;
    voter.chooser.prepare(prepare(at(1, 1)));
    expect(voter.state.sealed).toBe(true);
    const promise = { member: 2, last: 4, accepted: null, ages: [7, 7, 7], holdMs: 5 };
    expect(voter.out()).toMatchObject([{ promises: [promise], leavers: [], filled: [], objected: false }]);
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
    const objects = (gone: boolean, waitMs: number): unknown => {
      const voter = new Voter(2);
      voter.wait(waitMs);
      voter.chooser.prepare(prepare(at(1, 1), { accused: [{ id: 3, gone }] }));
      return voter.out()[0];
    };
    expect(objects(false, 500)).toMatchObject({ objected: true });
    expect(objects(false, 501)).toMatchObject({ objected: false });
    expect(objects(true, 0)).toMatchObject({ objected: false });
  });

  it('adds its wishes: to leave, to be full, a newcomer that comes next on the lap', () => {
    const of = viewOf([1, 2, 3], { members: [member(1), member(2, { full: false }), member(3)] });
    const voter = new Voter(2, of);
    voter.state.leaving = true;
    voter.newcomer = { server: server(7), after: 2, last: 0, full: true };
    voter.chooser.prepare(prepare(at(1, 1), { of }));
    expect(voter.chooser.courier.target).toBe('r7');
    voter.connect(server(7));
    voter.chooser.courier.linked('r7');
    expect(voter.out()).toMatchObject([{ leavers: [2], filled: [2], newcomers: [voter.newcomer] }]);
  });

  it('leaves a newcomer out that it cannot hand the lap to', () => {
    const voter = new Voter(2);
    voter.newcomer = { server: server(7), after: 2, last: 0, full: true };
    voter.chooser.prepare(prepare(at(1, 1)));
    voter.chooser.courier.dialFailed('r7', true);
    expect(voter.out()).toMatchObject([{ newcomers: [], accused: [] }]);
    expect(voter.newcomer).toBeNull();
  });
});

describe('A member that proposes', () => {
  const promised = (id: number): Prepare['promises'][number] => ({
    member: id,
    last: 0,
    accepted: null,
    ages: [0, 0, 0],
    holdMs: 0,
  });

  it('begins once, and is sealed itself', () => {
    const voter = new Voter(1);
    voter.chooser.act();
    voter.chooser.act();
    expect(voter.out()).toMatchObject([{ ballot: at(1, 1), promises: [{ member: 1 }] }]);
    expect(voter.state.sealed).toBe(true);
  });

  it('carries what it composed round, and installs it once enough have accepted', () => {
    const voter = new Voter(1);
    voter.chooser.act();
    voter.out();
    voter.chooser.prepare(prepare(at(1, 1), { promises: [1, 2, 3].map(promised), leavers: [3] }));
    const [message] = voter.out() as Accept[];
    expect(message).toMatchObject({
      acceptedBy: [1],
      leavers: [3],
      view: { members: [{ id: 1 }, { id: 2 }] },
    });
    voter.chooser.accept({ ...message!, acceptedBy: [1] });
    expect(voter.installed).toEqual([]);
    voter.chooser.accept({ ...message!, acceptedBy: [1, 2] });
    expect(voter.installed).toEqual([message!.view]);
  });

  it('gives up when it has promised more to another', () => {
    const voter = new Voter(1);
    voter.chooser.act();
    voter.chooser.prepare(prepare(at(1, 2)));
    voter.out();
    voter.chooser.prepare(prepare(at(1, 1), { promises: [1, 2, 3].map(promised) }));
    expect(voter.out()).toEqual([]);
  });

  it('takes a new number for every view it composes, also when the one before was abandoned', () => {
    const voter = new Voter(1);
    const numbers = [1, 2].map((round) => {
      if (round === 1) voter.chooser.act();
      else voter.tickFor(1100);
      voter.out();
      voter.chooser.prepare(prepare(at(round, 1), { promises: [1, 2].map(promised) }));
      return (voter.out() as Accept[])[0]!.view.id;
    });
    expect(numbers).toEqual([at(6, 1), at(7, 1)]);
  });

  it('tries again with a higher ballot, each time after a longer wait, up to a bound', () => {
    const voter = new Voter(1);
    voter.chooser.act();
    voter.out();
    const waits: number[] = [];
    for (let since = voter.state.now; waits.length < 6; since = voter.state.now) {
      while (voter.state.now - since < 20_000) {
        voter.tickFor(50);
        if (voter.out().some(({ ballot }) => ballot.number === waits.length + 2)) break;
      }
      waits.push(voter.state.now - since);
    }
    expect(waits).toEqual([1050, 2050, 3050, 4050, 4050, 4050]);
  });

  it('waits the longer the further behind it is', () => {
    const waited = [1, 2, 3].map((self) => {
      const voter = new Voter(self);
      const since = voter.state.now;
      voter.chooser.prepare(prepare(at(1, self === 1 ? 2 : 1)));
      while (voter.out().every(({ ballot }) => ballot.proposer !== self)) voter.tickFor(50);
      return voter.state.now - since;
    });
    expect(waited).toEqual([1050, 1250, 1450]);
  });
});
