import {
  Replica,
  type Answer,
  type Clock,
  type Grant,
  type Input,
  type LinkId,
  type Message,
  type ReplicaEvent,
  type ReplicaOptions,
  type Server,
  ORDINARY,
} from '../../src/replication/index.js';
import { decodeMessages, encodeMessages } from '../../src/replication/codec/index.js';
import { TestDigest } from '../../src/replication/testing/fixtures.js';

/** One server on the stage, and its ends of links: link → the other end. */
interface Actor {
  readonly replica: Replica;
  self: Server;
  readonly links: Map<LinkId, { readonly name: string; readonly link: LinkId }>;
}

/** Pieces of large bodies take a lane of their own, and neither waits for the other. */
export type Lane = 'records' | 'pieces';

interface Parcel {
  readonly from: string;
  readonly to: string;
  readonly link: LinkId;
  readonly lane: Lane;
  /** null: the link was closed. */
  readonly bytes: Buffer | null;
}

/** What the stage tells while it plays. */
export interface Audience {
  delivered(from: string, to: string, message: Message): void;
  granted(name: string, grant: Grant): void;
  answered(name: string, answer: Answer): void;
  happened(name: string, event: ReplicaEvent): void;
}

const TICK_MS = 50;
const OPTIONS: Omit<ReplicaOptions, 'self' | 'peers' | 'randomId'> = {
  saved: null,
  policy: 'available',
  probeIntervalMs: 200,
  suspectAfterMs: 1_000,
  readLeaseMs: 600,
  requestTimeoutMs: 2_000,
  ringBudgetBytes: 1 << 20,
  waitingLimit: 100,
  smallBodyBytes: 1 << 16,
  tombstoneTtlMs: 60_000,
  memoryLimitBytes: 1 << 20,
  diskRoom: () => Infinity,
  load: () => 0,
  windowPieces: 2,
  inlineBodyBytes: 1 << 16,
  createDigest: () => new TestDigest(),
};

/** Servers with names of one letter, on a network where nothing moves until it is told to. */
export class Stage {
  readonly actors = new Map<string, Actor>();
  private readonly held = new Set<string>();
  private readonly names = new Map<number, string>();
  private parcels: Parcel[] = [];
  private now = 1_000;
  private ids = 0;
  private links = 0;

  constructor(private readonly audience: Audience) {}

  start(name: string, peers: readonly string[]): void {
    const where = { url: `http://${name}`, ring: name };
    const self = { id: ++this.ids, name, ...where, priority: 0, durable: false, ...ORDINARY, was: 0 };
    const randomId = () => ++this.ids;
    const replica = new Replica({ ...OPTIONS, self, peers, randomId }, this.clock);
    this.actors.set(name, { replica, self, links: new Map() });
    this.perform(name);
  }

  /** Its process dies: nothing of what it sent and was not delivered arrives. */
  kill(name: string): void {
    const { links } = this.actors.get(name)!;
    this.actors.delete(name);
    this.parcels = this.parcels.filter(({ from }) => from !== name);
    for (const [link, other] of links) this.parcels.push(ending(name, link, other.name));
  }

  input(name: string, input: Input): void {
    const actor = this.actors.get(name);
    if (actor === undefined) return;
    actor.replica.step(input, this.clock);
    actor.self = actor.replica.status(this.clock).self;
    this.perform(name);
  }

  replica(name: string): Replica {
    const actor = this.actors.get(name);
    if (actor === undefined) throw new Error(`${name} does not run`);
    return actor.replica;
  }

  get clock(): Clock {
    return { now: this.now, wall: 1_000_000 + this.now };
  }

  /** Nothing is delivered on these lanes of this way until they are released. */
  hold(from: string, to: string, lanes: readonly Lane[]): void {
    for (const lane of lanes) this.held.add(wayOf(from, to, lane));
  }

  release(from: string, to: string, lanes: readonly Lane[]): void {
    for (const lane of lanes) this.held.delete(wayOf(from, to, lane));
  }

  /** Delivers what may be delivered, and what follows from it. */
  settle(): void {
    for (let at = this.nextParcel(); at >= 0; at = this.nextParcel())
      this.deliver(this.parcels.splice(at, 1)[0]!);
  }

  /** Delivers the next messages on one way, and nothing else. */
  deliverSome(from: string, to: string, count: number): void {
    for (let left = count; left > 0; left--) {
      const at = this.parcels.findIndex((parcel) => parcel.from === from && parcel.to === to);
      if (at < 0) return;
      this.deliver(this.parcels.splice(at, 1)[0]!);
    }
  }

  /** Time goes on, in ticks, and everything that may be delivered is. */
  wait(ms: number): void {
    for (let left = ms; left > 0; left -= TICK_MS) {
      this.now += TICK_MS;
      for (const name of this.actors.keys()) this.input(name, { kind: 'tick' });
      this.settle();
    }
  }

  nameOf(id: number): string {
    for (const [name, { self }] of this.actors) this.names.set(self.id, name);
    return this.names.get(id) ?? `${id}`;
  }

  private nextParcel(): number {
    return this.parcels.findIndex(({ from, to, lane }) => !this.held.has(wayOf(from, to, lane)));
  }

  private deliver({ from, to, link, bytes }: Parcel): void {
    const actor = this.actors.get(to);
    const end =
      actor === undefined ? undefined : [...actor.links].find(([, other]) => other.link === link)?.[0];
    if (actor === undefined || end === undefined) return;
    if (bytes === null) {
      actor.links.delete(end);
      this.input(to, { kind: 'closed', link: end });
      return;
    }
    const messages = decodeMessages(bytes);
    for (const message of messages) this.audience.delivered(from, to, message);
    this.input(to, { kind: 'frames', link: end, messages });
  }

  private perform(name: string): void {
    const actor = this.actors.get(name)!;
    this.nameOf(actor.self.id);
    const ready = actor.replica.ready();
    if (ready === null) return;
    for (const { link, message } of ready.messages) this.send(name, link, message);
    for (const link of ready.hangups) this.hangUp(name, link);
    for (const grant of ready.grants) this.audience.granted(name, grant);
    for (const answer of ready.answers) this.audience.answered(name, answer);
    for (const event of ready.events) this.audience.happened(name, event);
    for (const address of ready.dials) this.dial(name, address);
  }

  private send(name: string, link: LinkId, message: Message): void {
    const other = this.actors.get(name)!.links.get(link);
    if (other === undefined) return;
    const lane = message.kind === 'blob-piece' ? 'pieces' : 'records';
    this.parcels.push({ from: name, to: other.name, link, lane, bytes: encodeMessages([message]) });
  }

  private hangUp(name: string, link: LinkId): void {
    const { links } = this.actors.get(name)!;
    const other = links.get(link);
    links.delete(link);
    if (other !== undefined) this.parcels.push(ending(name, link, other.name));
  }

  private dial(name: string, address: string): void {
    const from = this.actors.get(name)!;
    const to = this.actors.get(address);
    if (to === undefined) {
      this.input(name, { kind: 'dial-failed', address, gone: true, reason: 'refused' });
      return;
    }
    const near = ++this.links;
    const far = ++this.links;
    from.links.set(near, { name: address, link: far });
    to.links.set(far, { name, link: near });
    const { self } = from;
    this.input(address, { kind: 'accepted', link: far, peer: self });
    this.input(name, { kind: 'linked', address, link: near, peer: to.self });
  }
}

function ending(from: string, link: LinkId, to: string): Parcel {
  return { from, to, link, lane: 'records', bytes: null };
}

function wayOf(from: string, to: string, lane: Lane): string {
  return `${from}→${to} ${lane}`;
}
