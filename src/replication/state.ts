import { Catalogue } from './catalogue.js';
import type { Effects } from './effects.js';
import type { Clock, Phase, ReplicaOptions } from './interface.js';
import { Idempotency } from './idempotency.js';
import type { Journal } from './journal.js';
import { Origins } from './origins.js';
import { isHolder, keeps } from './record.js';
import { fileOf } from './sharing.js';
import type { PlaceFact, Step, Vote } from './saved.js';
import { stores, type Server, type ServerId } from './server.js';
import { indexOf, predecessorOf, successorOf, type Member, type View } from './view.js';

/** A member's place in its view, worked out once when the view is installed. */
export interface Place {
  readonly view: View;
  readonly index: number;
  readonly successor: Member;
  readonly predecessor: Member;
  readonly isPrimary: boolean;
  readonly isTail: boolean;
  readonly isAlone: boolean;
  readonly hasStorage: boolean;
  readonly indexes: ReadonlyMap<ServerId, number>;
}

export function placeIn(view: View, id: ServerId): Place {
  const index = indexOf(view, id);
  return {
    view,
    index,
    successor: successorOf(view, id),
    predecessor: predecessorOf(view, id),
    isPrimary: index === 0,
    isTail: index === view.members.length - 1,
    isAlone: view.members.length === 1,
    hasStorage: view.members.some(stores),
    indexes: new Map(view.members.map((member, at) => [member.id, at])),
  };
}

/** What the parts of a replica share. Each field has one part that writes it. */
export class State {
  phase: Phase = 'joining';
  /** null until a view is installed. */
  place: Place | null = null;
  /** Asked to leave. */
  leaving = false;
  /** Wishes to leave, and tells so: others take over what only it keeps, until then (monotonic ms); null: it stays. */
  handOnBy: number | null = null;
  /** Members that had told so a beat ago. */
  leavers: ReadonlySet<ServerId> = new Set();
  /** Up to this revision every full member had, a beat ago, all the bodies that it is to keep. */
  keptTo = 0;
  /** Promised to a proposal for the next view: frames of the present one are not handled any more. */
  sealed = false;
  /** The views that it went through. */
  history: readonly Step[] = [];
  /** What it may still say in the root of a provisional view. */
  vote: Vote | null = null;
  /** What is on its disk cannot be trusted. */
  isDamaged = false;
  /** Its people said that the ring goes on here. */
  adopts = false;
  /** The id of the ring that its state is of; 0 for none. */
  ring = 0;
  catalogue: Catalogue;
  origins = new Origins();
  idempotency: Idempotency;
  /** The least memory for objects, in bytes, that any member had left a beat ago. */
  ringRoom = Infinity;
  /** How busy each member of the view was a beat ago, in its order; empty while that is not known. */
  loads: readonly number[] = [];
  now: number;
  wall: number;

  constructor(
    readonly options: ReplicaOptions,
    public self: Server,
    readonly effects: Effects,
    readonly journal: Journal,
    clock: Clock,
  ) {
    this.now = clock.now;
    this.wall = clock.wall;
    this.catalogue = this.emptyCatalogue();
    this.idempotency = new Idempotency(journal);
  }

  /** Drops all records. */
  clear(): void {
    this.restart();
    this.journal.clear('records');
  }

  /** Goes on without records: another member sends its state, which replaces what is on the disk. */
  restart(): void {
    this.catalogue = this.emptyCatalogue();
    this.journal.setBack(0);
    this.history = [];
  }

  get view(): View | null {
    return this.place?.view ?? null;
  }

  /** Some member keeps bodies: where there are gateways only, an object would be nobody's. */
  get hasStorage(): boolean {
    return this.place!.hasStorage;
  }

  /** Frames of the view may be sent and handled. */
  get isActive(): boolean {
    return this.place !== null && !this.sealed;
  }

  /** What is to be found on the disk at the next start, once it is in this view; in none, it asks these addresses. */
  placeFact(view: View | null, contacts: readonly string[] = []): PlaceFact {
    const { seat, history, vote, isDamaged } = this;
    return { name: 'place', seat, view, contacts, history, vote, isDamaged };
  }

  /** A ring of one that was never written to: it may give itself up for another one. */
  get isEmptyFounder(): boolean {
    return this.phase === 'member' && this.place!.isAlone && this.catalogue.last === 0;
  }

  /**
   * The last member of a ring that was never written to may go to another one: what it leaves is acknowledged by nobody, and the
   * others go on. One after the other does, so none of them is ever left without a quorum.
   */
  get mayMove(): boolean {
    return (
      this.phase === 'member' &&
      this.isActive &&
      !this.leaving &&
      this.place!.isTail &&
      this.catalogue.last === 0
    );
  }

  /** As whom this server has its place in the present view. */
  get seat(): ServerId {
    return this.self.was === 0 ? this.self.id : this.self.was;
  }

  /** The view has it as one that has all that it is to have. */
  get isFull(): boolean {
    const { place } = this;
    return place !== null && place.view.members[place.index]!.full;
  }

  /** This member has all that the view began with, bodies included: it may be a copy from the next view on. */
  get isFilled(): boolean {
    return (
      this.place !== null && this.catalogue.lacking.size === 0 && this.catalogue.last >= this.place.view.start
    );
  }

  private emptyCatalogue(): Catalogue {
    const { journal, options } = this;
    const { self } = options;
    return new Catalogue({
      gone: (revision) => journal.drop('records', revision),
      stores: stores(self),
      keeps: (record) => keeps(self, record),
      file: (record) => (isHolder(record, self.name) ? fileOf(record) : null),
      moved: (record) => journal.put('records', record),
    });
  }

  setClock(clock: Clock): void {
    this.now = clock.now;
    this.wall = clock.wall;
  }
}
