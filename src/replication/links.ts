import type { Effects } from './effects.js';
import type { LinkId } from './interface.js';
import type { Message } from './messages.js';
import type { BodyPlace } from './saved.js';
import { standsFor, type Server, type ServerId } from './server.js';

export interface Outgoing {
  readonly address: string;
  /** null while it is dialled. */
  link: LinkId | null;
  peer: Server | null;
  /** Monotonic ms of the last sign of life. */
  heardAt: number;
  /** Monotonic ms before which it is not dialled again. */
  retryAt: number;
  dialling: boolean;
}

export interface Incoming {
  readonly link: LinkId;
  readonly peer: Server;
  heardAt: number;
}

const REDIAL_MS = 50;
/** More than a ring has members. */
const MOST_MOVED = 1024;

/**
 * The connections of this server: those it dialled, one an address, and those that others dialled to it.
 * What should be connected is said by `want`; dialling again and hanging up follow from it.
 */
export class Links {
  private readonly outgoing = new Map<string, Outgoing>();
  private readonly incoming = new Map<LinkId, Incoming>();
  /** Where those were met last that have come back, by the members that they were. */
  private readonly moved = new Map<ServerId, string>();

  constructor(private readonly effects: Effects) {}

  /**
   * Dials what is wanted and not connected; hangs up what is not wanted any more. A dial that is not wanted any
   * more is waited for first: two at once would end each other at the other side.
   */
  want(addresses: ReadonlySet<string>, now: number): void {
    for (const address of addresses) this.open(address, now);
    for (const entry of this.outgoing.values()) {
      if (!entry.dialling && !addresses.has(entry.address)) this.drop(entry);
    }
  }

  linked(address: string, link: LinkId, peer: Server, now: number): boolean {
    const entry = this.outgoing.get(address);
    if (!entry || entry.link !== null) {
      this.effects.hangup(link);
      return false;
    }
    Object.assign(entry, { link, peer, heardAt: now, dialling: false });
    this.met(peer);
    return true;
  }

  dialFailed(address: string, now: number): boolean {
    for (const [member, place] of this.moved) if (place === address) this.moved.delete(member);
    const entry = this.outgoing.get(address);
    if (!entry || !entry.dialling) return false;
    entry.dialling = false;
    entry.retryAt = now + REDIAL_MS;
    return true;
  }

  /** A newer connection of the same server ends the older one. */
  accepted(link: LinkId, peer: Server, now: number): void {
    for (const other of this.incoming.values())
      if (other.peer.id === peer.id) this.hangupIncoming(other.link);
    this.incoming.set(link, { link, peer, heardAt: now });
    this.met(peer);
  }

  /** Forgets a closed link; the outgoing one that it was, if it was one. */
  closed(link: LinkId): Outgoing | null {
    this.incoming.delete(link);
    const entry = this.outgoingBy(link);
    if (entry) Object.assign(entry, { link: null, peer: null });
    return entry;
  }

  heard(link: LinkId, now: number): void {
    const entry = this.incoming.get(link) ?? this.outgoingBy(link);
    if (entry) entry.heardAt = now;
  }

  /** The outgoing connection to this address when it is up. */
  up(address: string): Outgoing | null {
    const entry = this.outgoing.get(address);
    return entry?.link == null ? null : entry;
  }

  /** Monotonic ms of the last sign of life from this address, connected or not; undefined when it is not wanted. */
  lastHeard(address: string): number | undefined {
    return this.outgoing.get(address)?.heardAt;
  }

  /** Where this server is reached: it may have come back at another address than its place in the view has. */
  addressOf({ id, ring }: Server): string {
    return this.moved.get(id) ?? ring;
  }

  /** Ends the outgoing connection to this address. */
  end(address: string): void {
    const entry = this.outgoing.get(address);
    if (entry) this.drop(entry);
  }

  outgoingBy(link: LinkId): Outgoing | null {
    for (const entry of this.outgoing.values()) if (entry.link === link) return entry;
    return null;
  }

  incomingBy(link: LinkId): Incoming | undefined {
    return this.incoming.get(link);
  }

  allIncoming(): Iterable<Incoming> {
    return this.incoming.values();
  }

  allUp(): Outgoing[] {
    return [...this.outgoing.values()].filter((entry) => entry.link !== null);
  }

  /** Whether this server was heard, over a connection in either direction, since `since`. */
  hears(id: ServerId, since: number): boolean {
    for (const entry of this.incoming.values())
      if (standsFor(entry.peer, id) && entry.heardAt >= since) return true;
    for (const { peer, heardAt } of this.outgoing.values())
      if (peer && standsFor(peer, id) && heardAt >= since) return true;
    return false;
  }

  send(link: LinkId, message: Message, patient = false, stored?: BodyPlace): void {
    this.effects.send(link, message, patient, stored);
  }

  /** Hangs up incoming connections that have said nothing since `since`. */
  dropSilentIncoming(since: number): void {
    for (const entry of this.incoming.values()) if (entry.heardAt < since) this.hangupIncoming(entry.link);
  }

  /** Shifts every sign of life: this server was not listening for so long. */
  excuse(lateMs: number, now: number): void {
    const shift = (entry: { heardAt: number }): number =>
      (entry.heardAt = Math.min(now, entry.heardAt + lateMs));
    for (const entry of this.outgoing.values()) shift(entry);
    for (const entry of this.incoming.values()) shift(entry);
  }

  hangupAll(): void {
    for (const entry of this.outgoing.values()) this.drop(entry);
    for (const link of this.incoming.keys()) this.hangupIncoming(link);
  }

  /** Ends a connection that nobody needs any more. */
  refuse(link: LinkId): void {
    this.effects.hangup(link);
  }

  /** Ends a connection whose other side has become another incarnation since it introduced itself. */
  hangup(link: LinkId): void {
    this.hangupIncoming(link);
  }

  private met({ was, ring }: Server): void {
    if (was === 0) return;
    this.moved.set(was, ring);
    if (this.moved.size > MOST_MOVED) this.moved.delete(this.moved.keys().next().value!);
  }

  private open(address: string, now: number): void {
    const known = this.outgoing.get(address);
    if (known && (known.link !== null || known.dialling || known.retryAt > now)) return;
    const entry = known ?? { address, link: null, peer: null, heardAt: now, retryAt: 0, dialling: true };
    entry.dialling = true;
    this.outgoing.set(address, entry);
    this.effects.dial(address);
  }

  private drop(entry: Outgoing): void {
    if (entry.link !== null) this.effects.hangup(entry.link);
    this.outgoing.delete(entry.address);
  }

  private hangupIncoming(link: LinkId): void {
    this.incoming.delete(link);
    this.effects.hangup(link);
  }
}
