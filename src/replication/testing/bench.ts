import {
  Replica,
  type Body,
  type BodyPlace,
  type Answer,
  type Clock,
  type Input,
  type LinkId,
  type Message,
  type Operation,
  type Outcome,
  type Outgoing,
  type ReplicaEvent,
  type ReplicaOptions,
  ORDINARY,
} from '../index.js';
import type { Saves } from '../interface.js';
import { Disk } from './disk.js';
import { OPTIONS } from './fixtures.js';

/** A frame that is about to be delivered. */
export interface Frame {
  readonly from: string;
  readonly to: string;
  readonly message: Message;
  /** Its sender said that it may be held back for a moment. */
  readonly patient: boolean;
}

const NAMES = ['a', 'b', 'c', 'd', 'e'];

/** What people are told by a server. */
export interface Told {
  readonly name: string;
  readonly event: ReplicaEvent;
}

/** Replicas joined by links that deliver at once and in order, stepped by hand. */
export class Bench {
  readonly replicas = new Map<string, Replica>();
  readonly answers: Answer[] = [];
  /** Every frame that was handed to a replica. */
  readonly delivered: Frame[] = [];
  readonly told: Told[] = [];
  /** The disks of those that have one; they outlive the processes. */
  readonly disks = new Map<string, Disk>();
  /** The files that each shares, by their keys. */
  readonly directories = new Map<string, Map<string, { digest: string; pieces: readonly Uint8Array[] }>>();
  /** Frames for which this is true are lost. */
  loses: (frame: Frame) => boolean = () => false;
  clock: Clock = { now: 1000, wall: 1_000_000 };
  private readonly frozen = new Map<string, Input[]>();
  private readonly links = new Map<LinkId, { owner: string; other: LinkId }>();
  private nextLink = 1;
  private nextId = 1;
  private nextTicket = 1;
  private readonly uploads = new Map<number, { name: string; texts: string[]; given: number }>();
  private work: (() => void)[] = [];
  private readonly stalled: (() => void)[] = [];

  constructor(private readonly options: Partial<ReplicaOptions> = {}) {}

  add(name: string, priority: number, peers: string[]): Replica {
    const self = {
      id: this.nextId++,
      name,
      url: `http://${name}`,
      ring: name,
      priority,
      durable: this.disks.has(name),
      ...ORDINARY,
      was: 0,
    };
    const randomId = (): number => 100 + this.nextId++;
    const saved = this.disks.get(name)?.read() ?? null;
    const replica = new Replica({ ...OPTIONS, ...this.options, self, peers, randomId, saved }, this.clock);
    this.replicas.set(name, replica);
    this.perform(name);
    this.settle();
    return replica;
  }

  /** Starts a server with a disk: a new one, or the one that it had. */
  start(name: string, priority: number, peers: string[]): Disk {
    const disk = this.disks.get(name) ?? new Disk();
    this.disks.set(name, disk);
    this.add(name, priority, peers);
    return disk;
  }

  /** What the disk of this server was given is written now. */
  stall(name: string, isStalled: boolean): void {
    this.disks.get(name)!.isStalled = isStalled;
    for (const act of this.stalled.splice(0)) act();
    this.settle();
  }

  /** Starts a server of a durable ring, with what it has on its disk. */
  restart(name: string): Disk {
    return this.start(name, 107 - name.charCodeAt(0), name === 'a' && !this.disks.has('a') ? [] : ['a', 'b']);
  }

  step(name: string, input: Input): void {
    const replica = this.replicas.get(name);
    if (!replica) return;
    const later = this.frozen.get(name);
    if (later) return void later.push(input);
    replica.step(input, this.clock);
    this.perform(name);
  }

  write(name: string, operation: Operation): number {
    const ticket = this.nextTicket++;
    this.step(name, { kind: 'write', ticket, operation });
    return ticket;
  }

  read(name: string, key: string): number {
    const ticket = this.nextTicket++;
    this.step(name, { kind: 'read', ticket, key });
    return ticket;
  }

  /** A reader of a version asks for its next piece. */
  fetch(name: string, fetch: number, key: string, version: number, index: number, to: number): number {
    const ticket = this.nextTicket++;
    this.step(name, { kind: 'fetch', ticket, fetch, key, version, index, to });
    return ticket;
  }

  /** Begins to send a large body, and offers each of these texts as a piece as soon as it is granted. */
  upload(name: string, texts: readonly string[], size = -1): number {
    const ticket = this.nextTicket++;
    this.uploads.set(ticket, { name, texts: [...texts], given: 0 });
    this.step(name, { kind: 'upload', ticket, size });
    return ticket;
  }

  /** Ends an upload whose pieces were all given. */
  finish(ticket: number, operation: Operation): void {
    const { name, texts } = this.uploads.get(ticket)!;
    if (texts.length > 0) throw new Error(`${texts.length} pieces were not granted`);
    this.step(name, { kind: 'upload-end', ticket, operation });
  }

  abort(ticket: number): void {
    this.step(this.uploads.get(ticket)!.name, { kind: 'upload-abort', ticket });
  }

  outcome(ticket: number): Outcome | undefined {
    return this.answers.find((answer) => answer.ticket === ticket)?.outcome;
  }

  /** Delivers all that is under way, and what follows from it. */
  settle(): void {
    this.settleUntil(() => false);
  }

  /** Delivers one thing after the other until this holds. */
  settleUntil(isEnough: () => boolean): void {
    for (let turn = 0; this.work.length > 0 && !isEnough(); turn++) {
      if (turn > 100_000) throw new Error('never settles');
      this.work.shift()!();
    }
  }

  run(ms: number): void {
    for (let at = 0; at < ms; at += 50) {
      this.clock = { now: this.clock.now + 50, wall: this.clock.wall + 50 };
      for (const name of this.replicas.keys()) this.step(name, { kind: 'tick' });
      this.settle();
    }
  }

  /** The process ends; its host refuses connections. What it sent and was not delivered is lost. */
  kill(name: string): void {
    this.replicas.delete(name);
    this.frozen.delete(name);
    for (const [link, { owner }] of this.links) if (owner === name) this.work.push(() => this.hangup(link));
  }

  /** The process stands still: its inputs wait. */
  freeze(name: string): void {
    this.frozen.set(name, []);
  }

  thaw(name: string): void {
    const inputs = this.frozen.get(name) ?? [];
    this.frozen.delete(name);
    for (const input of inputs) this.step(name, input);
  }

  /** The connections between two servers break; both see it. */
  cut(name: string, other: string): void {
    for (const [link, end] of this.links)
      if (end.owner === name && this.links.get(end.other)?.owner === other) {
        this.step(name, { kind: 'closed', link });
        this.hangup(link);
      }
  }

  /** The link that `from` dialled to `to`, as `to` knows it. */
  linkInto(from: string, to: string): LinkId {
    for (const [link, { owner, other }] of this.links)
      if (owner === to && link > other && this.links.get(other)?.owner === from) return link;
    throw new Error(`${from} has not dialled ${to}`);
  }

  status(name: string): ReturnType<Replica['status']> {
    return this.replicas.get(name)!.status(this.clock);
  }

  /** The names of the members, in their order, in the view of this server. */
  members(name: string): string[] {
    return this.status(name).view!.members.map((member) => member.name);
  }

  /** The text of an object as this server reads it now; its peek's kind when it has none. */
  text(name: string, key: string): string {
    const peek = this.replicas.get(name)!.peek(key, this.clock);
    return peek.kind === 'object' ? textOf(peek.record.body!) : peek.kind;
  }

  /** The text of an object at every server. */
  texts(key: string): string[] {
    return [...this.replicas.keys()].map((name) => this.text(name, key));
  }

  private perform(name: string): void {
    const ready = this.replicas.get(name)?.ready();
    if (!ready) return;
    for (const sent of ready.messages) this.work.push(() => this.deliver(name, sent));
    for (const link of ready.hangups) this.work.push(() => this.hangup(link));
    for (const address of ready.dials) this.work.push(() => this.dial(name, address));
    this.answers.push(...ready.answers);
    this.told.push(...ready.events.map((event) => ({ name, event })));
    if (ready.saves) this.save(name, ready.saves);
    for (const { ticket, pieces } of ready.grants) this.give(ticket, pieces);
  }

  /** Later than what is sent: nothing may rely on a disk that is fast. What a process did not live to see written is lost. */
  private save(name: string, saves: Saves): void {
    const disk = this.disks.get(name)!;
    const replica = this.replicas.get(name);
    const write = (): void => {
      if (this.replicas.get(name) !== replica) return;
      if (disk.isStalled) return void this.stalled.push(write);
      disk.write(saves);
      this.step(name, { kind: 'saved', sequence: saves.sequence });
    };
    this.work.push(write);
  }

  private give(ticket: number, granted: number): void {
    const upload = this.uploads.get(ticket)!;
    for (; upload.given < granted && upload.texts.length > 0; upload.given++) {
      const bytes = new TextEncoder().encode(upload.texts.shift());
      this.work.push(() => this.step(upload.name, { kind: 'upload-piece', ticket, bytes }));
    }
  }

  private deliver(from: string, outgoing: Outgoing): void {
    const { link, patient = false } = outgoing;
    const message = this.withBytes(from, outgoing);
    if (message === null) return;
    const end = this.links.get(link);
    const target = end && this.links.get(end.other);
    if (!target || !this.replicas.has(from)) return;
    const frame = { from, to: target.owner, message, patient };
    if (this.loses(frame)) return;
    this.delivered.push(frame);
    this.step(target.owner, { kind: 'frames', link: end.other, messages: [message] });
  }

  /** What is on the disk only is read when it is its turn. */
  private withBytes(name: string, { message, stored }: Outgoing): Message | null {
    if (stored === undefined || message.kind !== 'blob-piece') return message;
    const bytes = this.pieceOf(name, stored, message.index);
    if (bytes === null) this.step(name, { kind: 'unreadable', stored });
    return bytes && { ...message, bytes };
  }

  /** A piece of a body that is on the disk, or in a file; null when it is not there. */
  pieceOf(name: string, stored: BodyPlace, index: number): Uint8Array | null {
    if (stored.kind !== 'file') return this.disks.get(name)!.piece(stored, index);
    const file = this.directories.get(name)?.get(stored.key);
    return file?.digest === stored.digest ? (file.pieces[index] ?? null) : null;
  }

  private hangup(link: LinkId): void {
    const end = this.links.get(link);
    this.links.delete(link);
    const target = end && this.links.get(end.other);
    if (!target) return;
    this.links.delete(end.other);
    this.step(target.owner, { kind: 'closed', link: end.other });
  }

  private dial(name: string, address: string): void {
    const target = this.replicas.get(address);
    if (!target) return this.step(name, { kind: 'dial-failed', address, gone: true, reason: 'refused' });
    const [out, into] = [this.nextLink++, this.nextLink++];
    this.links.set(out, { owner: name, other: into });
    this.links.set(into, { owner: address, other: out });
    const peer = target.status(this.clock).self;
    this.step(address, { kind: 'accepted', link: into, peer: this.status(name).self });
    this.step(name, { kind: 'linked', address, link: out, peer });
  }
}

/** The same of servers that each have a disk. */
export function durableRing(size: number, options: Partial<ReplicaOptions> = {}): Bench {
  const bench = new Bench(options);
  for (const name of NAMES.slice(0, size)) bench.restart(name);
  bench.run(1000);
  return bench;
}

/** A settled ring of `size` servers named a, b, c … in this order. */
export function ring(size: number, options: Partial<ReplicaOptions> = {}): Bench {
  const bench = new Bench(options);
  bench.add('a', 9, []);
  for (const name of NAMES.slice(1, size)) bench.add(name, 107 - name.charCodeAt(0), ['a', 'b']);
  bench.run(1000);
  return bench;
}

function textOf(body: Body): string {
  const pieces = body instanceof Uint8Array ? [body] : body.pieces;
  return pieces.map((piece) => new TextDecoder().decode(piece)).join('');
}
