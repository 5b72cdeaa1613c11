import { Chooser } from '../chooser.js';
import type { ReplicaOptions } from '../interface.js';
import type { Accept, Ballot, Newcomer, Prepare } from '../messages.js';
import type { View } from '../view.js';
import { Station, server, viewOf } from './fixtures.js';

export const view = viewOf([1, 2, 3]);
export const next = viewOf([1, 2], { id: { number: 6, proposer: 3 }, parent: view.id });

/** A member that is connected to all others, and its chooser. */
export class Voter extends Station {
  readonly chooser: Chooser;
  readonly installed: View[] = [];
  newcomer: Newcomer | null = null;

  constructor(self: number, of = view, options: Partial<ReplicaOptions> = {}) {
    super(self, of, options);
    this.chooser = new Chooser(this.state, this.links, {
      ages: () => of.members.map(() => 7),
      holdMs: () => 5,
      leaves: () => this.state.leaving,
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

export function prepare(ballot: Ballot, fields: Partial<Prepare> = {}): Prepare {
  const nobody = { promises: [], accused: [], objected: false, newcomers: [], leavers: [], filled: [] };
  return { kind: 'prepare', of: view, ballot, ...nobody, ...fields };
}

export function accept(ballot: Ballot, fields: Partial<Accept> = {}): Accept {
  return { kind: 'accept', of: view, ballot, view: next, acceptedBy: [], leavers: [3], gone: [], ...fields };
}

export const at = (number: number, proposer: number): Ballot => ({ number, proposer });
