import type { Downstream } from '../downstream.js';
import { Effects } from '../effects.js';
import type { Digest, ReplicaOptions } from '../interface.js';
import { Journal } from '../journal.js';
import { Links } from '../links.js';
import { Memory } from '../memory.js';
import type { Invite, Join, Message, Promise, StatePart } from '../messages.js';
import {
  INLINE_BODY_BYTES,
  NO_META,
  NO_OPERATION,
  UNCONDITIONAL,
  type Condition,
  type LogRecord,
  type Operation,
} from '../record.js';
import type { Saved } from '../saved.js';
import { type Server, type ServerId, ORDINARY } from '../server.js';
import { placeIn, State } from '../state.js';
import { Streams } from '../streams.js';
import type { Member, View } from '../view.js';

/** Small and exact values that the specs of the core share. */
export const OPTIONS: Omit<ReplicaOptions, 'self' | 'peers' | 'randomId'> = {
  saved: null,
  diskRoom: () => Infinity,
  load: () => 0,
  policy: 'available',
  probeIntervalMs: 200,
  suspectAfterMs: 1000,
  readLeaseMs: 600,
  requestTimeoutMs: 5000,
  ringBudgetBytes: 1 << 26,
  waitingLimit: 1000,
  smallBodyBytes: 4,
  tombstoneTtlMs: 60_000,
  windowPieces: 4,
  inlineBodyBytes: INLINE_BODY_BYTES,
  memoryLimitBytes: 1 << 30,
  createDigest: () => new TestDigest(),
};

/** As weak as a sum, which is enough to notice a piece that is lost or another's. */
export class TestDigest implements Digest {
  private sum = 7;

  update(chunk: Uint8Array): void {
    for (const byte of chunk) this.sum = (this.sum * 31 + byte) % 2 ** 32;
  }

  finish(): string {
    return this.sum.toString(16).padStart(16, '0');
  }
}

const DIGEST = '0123456789abcdef';

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function put(key: string, text: string, condition: Condition = UNCONDITIONAL): Operation {
  const body = bytes(text);
  return { ...NO_OPERATION, kind: 'put', key, condition, size: body.length, digest: DIGEST, body };
}

export function remove(key: string, condition: Condition = UNCONDITIONAL): Operation {
  return { ...NO_OPERATION, key, condition };
}

/** A numbered put of 'text', unless `fields` say otherwise. */
export function record(revision: number, fields: Partial<LogRecord> = {}): LogRecord {
  const isPut = (fields.kind ?? 'put') === 'put';
  const body = isPut ? bytes('text') : null;
  return {
    revision,
    origin: 0,
    request: 0,
    kind: 'put',
    key: 'k',
    modified: 0,
    type: '',
    meta: NO_META,
    size: body?.length ?? 0,
    digest: isPut ? DIGEST : '',
    body,
    replaced: false,
    refusal: null,
    floor: 0,
    expires: 0,
    token: '',
    of: 0,
    blob: 0,
    replicas: 0,
    holders: [],
    ...fields,
  };
}

/** Server 3 is named s3, is reached at r3, and has priority 97: the lower the id, the further in front. */
export function server(id: ServerId, fields: Partial<Server> = {}): Server {
  return {
    id,
    name: `s${id}`,
    url: `http://s${id}`,
    ring: `r${id}`,
    priority: 100 - id,
    durable: false,
    ...ORDINARY,
    was: 0,
    ...fields,
  };
}

export function member(id: ServerId, fields: Partial<Member> = {}): Member {
  return { ...server(id), full: true, last: 0, vote: 0, ...fields };
}

export function viewOf(ids: readonly ServerId[], fields: Partial<View> = {}): View {
  return {
    id: { number: 5, proposer: ids[0]! },
    parent: { number: 4, proposer: ids[0]! },
    ring: 1,
    members: ids.map((id) => member(id)),
    start: 0,
    provisional: false,
    root: null,
    holdMs: 0,
    ...fields,
  };
}

/** What a member answers that never stopped, unless `fields` say otherwise. */
export function promise(id: ServerId, fields: Partial<Promise> = {}): Promise {
  const told = { as: null, isDamaged: false, lacks: false, adopts: false, accepted: null };
  return { member: id, ...told, last: 10, watermark: 0, ages: [], holdMs: 0, ...fields };
}

/** The wish of a newcomer that has nothing. */
export function joinOf(newcomer: Server, fields: Partial<Join> = {}): Join {
  const nothing = { ring: 0, watermark: 0, lacks: false, history: [], yields: true };
  return { kind: 'join', newcomer, ...nothing, ...fields };
}

/** The same on its way round the ring. */
export function inviteOf(newcomer: Server, fields: Pick<Invite, 'view' | 'host'> & Partial<Invite>): Invite {
  return { kind: 'invite', newcomer, base: 0, lacks: false, failed: [], ...fields };
}

/** An empty part of a whole state. */
export function statePart(part: number, fields: Partial<StatePart> = {}): StatePart {
  const nothing = { base: 0, next: server(2), history: [], records: [], rest: null, done: [], log: [] };
  return { kind: 'state', part, ...nothing, ...fields };
}

/** What a server finds on a disk that was never written to. */
export const EMPTY_DISK: Saved = { facts: [], records: [], done: [], offers: [], damaged: [] };

/** A member of a view with its connections, without the rest of a replica. */
export class Station {
  readonly effects = new Effects();
  readonly journal: Journal;
  readonly state: State;
  readonly links: Links;
  private nextLink = 1;

  constructor(self: ServerId, view: View | null, options: Partial<ReplicaOptions> = {}) {
    const all = { self: server(self), peers: [], randomId: () => 99, ...OPTIONS, ...options };
    this.journal = new Journal(all.saved !== null, this.effects);
    this.state = new State(all, all.self, this.effects, this.journal, { now: 1000, wall: 1_000_000 });
    this.links = new Links(this.effects);
    if (view) this.enter(view);
  }

  enter(view: View): void {
    Object.assign(this.state, { place: placeIn(view, this.state.self.id), phase: 'member', sealed: false });
  }

  wait(ms: number): void {
    const { now, wall } = this.state;
    this.state.setClock({ now: now + ms, wall: wall + ms });
  }

  /** The streams of a member that nobody hears of. */
  streams(downstream: Downstream): Streams {
    const host = {
      progressed: ignore,
      saved: ignore,
      refused: ignore,
      moving: ignore,
      fetched: ignore,
      arrived: ignore,
      failed: ignore,
    };
    return new Streams(this.state, this.links, downstream, new Memory(this.state, () => 0), host);
  }

  /** Connects to a server; the number of the link. */
  connect(peer: Server, address = peer.ring): number {
    const wanted = new Set([...this.links.allUp().map((entry) => entry.address), address]);
    this.links.want(wanted, this.state.now);
    this.links.linked(address, this.nextLink, peer, this.state.now);
    return this.nextLink++;
  }

  /** Stores and commits records. */
  commit(...records: readonly LogRecord[]): void {
    const { catalogue } = this.state;
    for (const one of records) catalogue.store(one);
    catalogue.commit(catalogue.last, () => undefined);
  }

  /** What was sent since the last call, in order. */
  sent(): { link: number; message: Message }[] {
    return [...(this.effects.take()?.messages ?? [])];
  }

  messages(): Message[] {
    return this.sent().map(({ message }) => message);
  }
}

function ignore(): void {}
