import { Catalogue } from './catalogue.js';
import type { Effects } from './effects.js';
import type { Clock, Phase, ReplicaOptions } from './interface.js';
import { Idempotency } from './idempotency.js';
import { Origins } from './origins.js';
import type { Server, ServerId } from './server.js';
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
    indexes: new Map(view.members.map((member, at) => [member.id, at])),
  };
}

/** What a server has to know of the lineage when it goes on in a provisional view. */
export interface Apart {
  /** Number of the last view of the lineage that this server was in. */
  lineage: number;
  /** Something was committed in a provisional view: it is not in the lineage. */
  wrote: boolean;
  /** Monotonic ms at which people were last told so. */
  toldAt: number;
}

/** What the parts of a replica share. Each field has one part that writes it. */
export class State {
  phase: Phase = 'joining';
  /** null until a view is installed. */
  place: Place | null = null;
  /** Asked to leave. */
  leaving = false;
  /** Promised to a proposal for the next view: frames of the present one are not handled any more. */
  sealed = false;
  readonly apart: Apart = { lineage: 0, wrote: false, toldAt: -Infinity };
  catalogue = new Catalogue();
  origins = new Origins();
  idempotency = new Idempotency();
  /** The least memory for objects, in bytes, that any member had left a beat ago. */
  ringRoom = Infinity;
  now: number;
  wall: number;

  constructor(
    readonly options: ReplicaOptions,
    public self: Server,
    readonly effects: Effects,
    clock: Clock,
  ) {
    this.now = clock.now;
    this.wall = clock.wall;
  }

  get view(): View | null {
    return this.place?.view ?? null;
  }

  /** Frames of the view may be sent and handled. */
  get isActive(): boolean {
    return this.place !== null && !this.sealed;
  }

  /** This member has all that the view began with, bodies included: it may be a copy from the next view on. */
  get isFilled(): boolean {
    return (
      this.place !== null && this.catalogue.lacking.size === 0 && this.catalogue.last >= this.place.view.start
    );
  }

  setClock(clock: Clock): void {
    this.now = clock.now;
    this.wall = clock.wall;
  }
}
