import { Catalogue } from './catalogue.js';
import { Idempotency } from './idempotency.js';
import type { Links } from './links.js';
import type { LinkId } from './interface.js';
import type { Install, Join, StatePart } from './messages.js';
import { Origins } from './origins.js';
import type { State } from './state.js';
import { isOlder, type View } from './view.js';

const RETRY_MS = 250;

/**
 * The way into the ring: asks one known address after the other until a member takes this server in, then
 * receives the state from the member that it will follow, which is the one that dials it.
 */
export class NewcomerSide {
  private contacts: string[] = [];
  private turn = 0;
  private link: LinkId | null = null;
  private askedAt = 0;
  private usher: LinkId | null = null;
  private nextTryAt = 0;
  /** Parts of the state that were taken in. */
  private parts = 0;
  /** A lap about the view after this one has passed with this incarnation as a newcomer: it may have been chosen. */
  private lapOf: View | null = null;
  /** Nobody has brought that view: it asks around for it. */
  private isLost = false;

  constructor(
    private readonly state: State,
    private readonly links: Links,
    /** Starts over as a new incarnation. */
    private readonly renew: () => void,
  ) {}

  /** The address to ask, null once a member streams. */
  get target(): string | null {
    const isAsking = this.usher === null || this.isLost;
    if (!isAsking || this.state.now < this.nextTryAt || this.contacts.length === 0) return null;
    return this.contacts[this.turn % this.contacts.length]!;
  }

  start(contacts: readonly string[]): void {
    this.contacts = [...new Set(contacts)].filter((address) => address !== this.state.self.ring);
    this.turn = 0;
    this.nextTryAt = 0;
    this.reset();
  }

  linked(address: string, link: LinkId): void {
    if (this.target !== address) return;
    this.link = link;
    this.askedAt = this.state.now;
    const join: Join = { kind: 'join', newcomer: this.state.self };
    this.links.send(link, join);
  }

  /** This address did not answer, or refused: on to the next one. */
  failed(address: string): void {
    if (this.target === address) this.tryNext();
  }

  closed(link: LinkId): void {
    if (link === this.usher) {
      if (!this.lapOf) this.startOver();
    } else if (link === this.link) this.tryNext();
  }

  /**
   * Takes a part of the state in; false when it comes from nobody who may send it now. A first part starts over. When
   * a lap has passed already, it says that the lap came to nothing: this incarnation is used up.
   */
  receive(link: LinkId, part: StatePart): boolean {
    if (this.lapOf) {
      if (part.part === 1) this.renew();
      return false;
    }
    if (this.usher !== null && this.usher !== link) return false;
    if (part.part === 1) this.begin(link);
    if (part.part !== this.parts + 1) return false;
    this.parts = part.part;
    this.load(part);
    return true;
  }

  /** A lap about the view after `of`, with this server as a newcomer, passes through it: it waits for that view. */
  commit(of: View): void {
    this.lapOf = of;
    this.askedAt = this.state.now;
  }

  /**
   * The ring went on without this server since the lap that it passed. Its usher, whose lap it was, is told too. A
   * provisional view says nothing about what the lineage has chosen.
   */
  passedOver(message: Install): void {
    if (!this.lapOf || !isOlder(this.lapOf, message.view)) return;
    if (this.usher !== null && this.links.incomingBy(this.usher)) this.links.send(this.usher, message);
    this.renew();
  }

  get isCommitted(): boolean {
    return this.lapOf !== null;
  }

  isUsher(link: LinkId): boolean {
    return link === this.usher;
  }

  tick(): void {
    const { now, options } = this.state;
    const patience = 2 * options.suspectAfterMs;
    const usher = this.usher === null ? undefined : this.links.incomingBy(this.usher);
    if (this.lapOf) {
      if (usher && now - usher.heardAt < options.suspectAfterMs) this.askedAt = now;
      if (now - this.askedAt > patience) this.askAround();
    } else if (this.usher !== null) {
      if (!usher || now - usher.heardAt > patience) this.startOver();
    } else if (this.link !== null && now - this.askedAt > patience) this.tryNext();
  }

  /** Forgets what was received: another member may send its own state. */
  reset(): void {
    this.link = null;
    this.usher = null;
    this.parts = 0;
    this.lapOf = null;
    this.isLost = false;
    this.state.catalogue = new Catalogue();
    this.state.origins = new Origins();
    this.state.idempotency = new Idempotency();
  }

  private begin(link: LinkId): void {
    this.reset();
    this.usher = link;
  }

  private load({ records, rest, done, log }: StatePart): void {
    const { catalogue, origins, idempotency } = this.state;
    catalogue.load(records);
    if (rest) {
      catalogue.complete(rest.watermark, rest.floor);
      origins.load(rest.origins);
    }
    idempotency.load(done);
    for (const record of log) {
      catalogue.store(record);
      origins.advance(record);
      idempotency.stored(record);
    }
  }

  private tryNext(): void {
    this.link = null;
    this.turn++;
    if (this.turn % this.contacts.length === 0) this.nextTryAt = this.state.now + RETRY_MS;
  }

  /** A view with this incarnation may have been chosen, and must not lose it: a member that has it tells of it. */
  private askAround(): void {
    this.isLost = true;
    this.askedAt = this.state.now;
    this.tryNext();
  }

  /** The usher learns by the end of its link that it cannot vouch for this server any more. */
  private startOver(): void {
    if (this.usher !== null) this.links.hangup(this.usher);
    this.reset();
    this.tryNext();
  }
}
