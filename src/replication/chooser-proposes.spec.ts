import { describe, expect, it } from '@jest/globals';
import type { Accept, Promise } from './messages.js';
import { promise } from './testing/fixtures.js';
import { at, prepare, Voter } from './testing/voter.js';

function promised(id: number): Promise {
  return promise(id, { last: 0, ages: [0, 0, 0] });
}

describe('A member that proposes', () => {
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

  it('goes on without a quorum only when it does not itself hear whom it would drop', () => {
    const goesOn = [500, 501].map((heardMs) => {
      const voter = new Voter(1);
      voter.chooser.act();
      voter.out();
      voter.wait(heardMs);
      const accused = [2, 3].map((id) => ({ id, gone: false }));
      voter.chooser.prepare(prepare(at(1, 1), { promises: [promised(1)], accused }));
      return voter.installed.map(({ provisional }) => provisional);
    });
    expect(goesOn).toEqual([[], [true]]);
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
