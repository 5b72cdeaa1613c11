import { describe, expect, it } from '@jest/globals';
import type { Input } from './interface.js';
import type { Accept, Ballot, Message, Prepare } from './messages.js';
import { Replica } from './replica.js';
import type { PlaceFact } from './saved.js';
import type { Server } from './server.js';
import { EMPTY_DISK, member, OPTIONS, promise, server, statePart, viewOf } from './testing/fixtures.js';
import type { Member, View } from './view.js';

const CLOCK = { now: 1000, wall: 1000 };

const durable = (id: number, fields: Partial<Member> = {}): Member =>
  member(id, { durable: true, ...fields });
/** Who have come back as 22 and 33. */
const second = durable(22, { ring: 'r2', name: 's2', was: 2 });
const self = server(33, { ring: 'r3', name: 's3', durable: true });
const third = member(33, { ...self, was: 3 });

/** The last view of the lineage that all of them know of. */
const lineage = viewOf([1, 2, 3], { members: [1, 2, 3].map((id) => durable(id)) });

/** A view outside of the lineage. */
function outside(...members: Member[]): View {
  const root = { id: lineage.id, members: [1, 2, 3] };
  const id = { number: 6, proposer: 1 };
  return viewOf([1], { id, parent: lineage.id, provisional: true, root, members });
}

/** The next view of the lineage, by 2 and 3. */
const regained = viewOf([22, 33], {
  id: { number: 7, proposer: 2 },
  parent: lineage.id,
  members: [second, third],
});

function prepare(of: View, ballot: Ballot, fields: Partial<Prepare>): Prepare {
  const nobody = { promises: [], accused: [], objected: false, newcomers: [], leavers: [], filled: [] };
  return { kind: 'prepare', of, ballot, ...nobody, ...fields };
}

function accept(ballot: Ballot, view: View): Accept {
  const nobody = { leavers: [], gone: [] };
  return { kind: 'accept', of: lineage, ballot, view, acceptedBy: [ballot.proposer], ...nobody };
}

const place = { name: 'place', contacts: [], history: [], vote: null, isDamaged: false } as const;

/** Server 3, which comes back with this on a disk that writes at once, and is 33 in its next view. */
class Third {
  private readonly replica: Replica;
  private readonly sent: Message[] = [];

  constructor(fact: PlaceFact) {
    const saved = { ...EMPTY_DISK, facts: [fact] };
    this.replica = new Replica({ ...OPTIONS, self, peers: [], saved, randomId: () => 300 }, CLOCK);
    this.perform();
  }

  accepted(link: number, peer: Server): void {
    this.step({ kind: 'accepted', link, peer });
  }

  linked(link: number, peer: Server): void {
    this.step({ kind: 'linked', address: peer.ring, link, peer });
  }

  hears(link: number, ...messages: Message[]): void {
    this.step({ kind: 'frames', link, messages });
  }

  /** What it sent last of this kind. */
  last<Kind extends Message['kind']>(kind: Kind): Extract<Message, { kind: Kind }> | undefined {
    return this.sent.findLast((one): one is Extract<Message, { kind: Kind }> => one.kind === kind);
  }

  /** 2 has it accept the next view of the lineage, which is chosen with that; 3 is not told. */
  binds(link: number): void {
    const ballot = { number: 9, proposer: 2 };
    this.hears(link, prepare(lineage, ballot, { promises: [promise(2, { as: second })] }));
    this.hears(link, accept(ballot, regained));
  }

  private step(input: Input): void {
    this.replica.step(input, CLOCK);
    this.perform();
  }

  private perform(): void {
    for (let ready = this.replica.ready(); ready; ready = this.replica.ready()) {
      this.sent.push(...ready.messages.map(({ message }) => message));
      if (ready.saves) this.replica.step({ kind: 'saved', sequence: ready.saves.sequence }, CLOCK);
    }
  }
}

const inLineage: PlaceFact = { ...place, seat: 3, view: lineage, history: [{ id: lineage.id, start: 0 }] };
const vote = { view: lineage.id, as: 3, isBound: false };
const first = server(1, { durable: true });

describe('The voice of a server that has come back', () => {
  it('does not count any more where it was offered before the server bound itself', () => {
    const three = new Third(inLineage);
    const alone = outside(durable(1, { vote: 1 }));
    three.accepted(1, first);
    three.hears(1, { kind: 'install', view: alone, isActive: true });
    three.linked(2, first);
    three.accepted(3, second);
    three.binds(3);
    three.linked(4, second);
    expect(three.last('accept')!.acceptedBy).toEqual([2, 3]);

    const history = [lineage, alone].map(({ id }) => ({ id, start: 0 }));
    const rest = { watermark: 0, floor: 0, origins: [] };
    three.hears(1, statePart(1, { next: first, history }), statePart(2, { next: first, history, rest }));
    const newcomers = [{ server: self, after: 1, last: 0, full: true, vote }];
    const promises = [promise(1, { last: 0 })];
    three.hears(1, prepare(alone, { number: 1, proposer: 1 }, { promises, newcomers }));
    const passed = three.last('prepare')!;
    expect(passed.of.id).toEqual(alone.id);
    expect(passed.newcomers).toMatchObject([{ vote: { isBound: true } }]);
  });

  it('is not in a view outside of the lineage that the server accepted before it bound itself', () => {
    const three = new Third(inLineage);
    const both = outside(durable(1, { vote: 1 }), { ...third, vote: 3 });
    const ballot = { number: 1, proposer: 1 };
    three.accepted(1, first);
    three.accepted(3, second);
    three.hears(1, prepare(lineage, ballot, { promises: [promise(1)] }), accept(ballot, both));
    three.binds(3);
    three.hears(1, { kind: 'install', view: both, isActive: true });
    three.linked(5, first);
    three.hears(1, prepare(both, ballot, { promises: [promise(1)] }));
    expect(three.last('prepare')?.of.id).not.toEqual(both.id);
  });

  it('is not lost when it was stopped while it took a state in', () => {
    const three = new Third({ ...place, seat: 33, view: null, contacts: ['r1'], vote });
    const alone = outside(durable(1, { vote: 1 }));
    const rest = { watermark: 0, floor: 0, origins: [] };
    three.linked(2, first);
    three.accepted(1, first);
    three.hears(1, statePart(1, { next: first }), statePart(2, { next: first, rest }));
    const newcomers = [{ server: self, after: 1, last: 0, full: true, vote: null }];
    const promises = [promise(1, { last: 0 })];
    three.hears(1, prepare(alone, { number: 1, proposer: 1 }, { promises, newcomers }));
    expect(three.last('prepare')!.newcomers).toMatchObject([{ vote }]);
  });
});
