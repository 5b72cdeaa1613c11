import { recent } from './history.js';
import { Intake } from './intake.js';
import type { Links } from './links.js';
import type { LinkId } from './interface.js';
import type { Install, StatePart } from './messages.js';
import type { LogRecord } from './record.js';
import type { Step, Vote } from './saved.js';
import type { State } from './state.js';
import { isOlder, sameView, type View } from './view.js';

const RETRY_MS = 250;

/** What joining asks of the rest of the replica. */
export interface NewcomerHost {
  /** Starts over as a new incarnation. */
  renew(): void;
  /** A ring that went through these views takes this server in: it gives up the view that it came from. */
  surrender(history: readonly Step[]): void;
}

/**
 * The way into the ring: asks one known address after the other until a member takes this server in, then
 * receives the state from the member that it will follow, which is the one that dials it. A server that has come back with the
 * state of a view asks as well, but joins only a ring that is worth giving up its own view for; until that ring sends its state, it
 * may go on in its own.
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
  /** Whom it will follow it has heard; whom it will have to reach, it has to. null: nobody yet. */
  private next: string | null = null;
  /** Parts that came before it is known to reach that one. */
  private held: StatePart[] = [];
  /** Monotonic ms since when it is not reached. */
  private cutOffSince = 0;
  private readonly intake: Intake;
  /** A lap about the view after this one has passed with this incarnation as a newcomer: it may have been chosen. */
  private lapOf: View | null = null;
  /** The vote that goes with such a lap. */
  private given: Vote | null = null;
  /** Nobody has brought that view: it asks around for it. */
  private isLost = false;
  /** A server that has come back wishes to be taken in. */
  private yields = false;

  constructor(
    private readonly state: State,
    private readonly links: Links,
    private readonly host: NewcomerHost,
  ) {
    this.intake = new Intake(state, (history) => host.surrender(history));
  }

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
    this.link = null;
  }

  /** With what is here of a state that never became whole. */
  inherit(records: Iterable<LogRecord>): void {
    this.intake.inherit(records);
  }

  /** This incarnation ends: what is here of a state may be of use for the next one. */
  setAside(): Iterable<LogRecord> {
    return this.intake.abandon();
  }

  /** Ring addresses that it asks. */
  get addresses(): readonly string[] {
    return this.contacts;
  }

  /** Of a server that has come back: a ring in this view is there, and worth joining. */
  consider(view: View, link: LinkId): void {
    const isNews = !this.yields;
    this.yields = true;
    const members = view.members.map(({ ring }) => ring);
    if (!members.every((address) => this.contacts.includes(address)))
      this.contacts = [...new Set([...members, ...this.contacts])].filter(
        (one) => one !== this.state.self.ring,
      );
    if (link === this.link && isNews) this.ask(link);
    else if (isNews) this.startAt(members);
  }

  /** The address of its successor-to-be. */
  get successor(): string | null {
    return this.next;
  }

  linked(address: string, link: LinkId): void {
    if (address === this.next) this.takeIn();
    if (this.target === address) this.ask(link);
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
   * Takes a part of the state in, unless it comes from nobody who may send it now. A first part starts over. When
   * a lap has passed already, it says that the lap came to nothing: this incarnation is used up.
   */
  receive(link: LinkId, part: StatePart): void {
    if (this.lapOf) {
      if (part.part === 1) this.host.renew();
      return;
    }
    if (this.usher !== null && this.usher !== link) return;
    if (this.state.phase === 'returning' && !this.yields) return;
    if (part.part === 1) this.welcome(link, part);
    if (this.usher === null) return;
    this.held.push(part);
    this.takeIn();
  }

  private welcome(link: LinkId, { next }: StatePart): void {
    this.usher = link;
    this.next = next.ring;
    this.cutOffSince = this.state.now;
    this.held = [];
    this.parts = 0;
    this.link = null;
    this.isLost = false;
  }

  /**
   * Only who reaches its successor-to-be begins to take anything in, and answers. Otherwise the lap that takes it in would be lost behind it, and
   * a member that is well be dropped for that.
   */
  private takeIn(): void {
    if (this.usher === null || !(this.reachesNext || this.parts > 0)) return;
    for (const part of this.held.splice(0)) {
      if (part.part === 1 ? !this.intake.begin(part) : part.part !== this.parts + 1) return this.startOver();
      if (part.part === 1) this.state.journal.note(this.state.placeFact(null, this.contacts));
      this.parts = part.part;
      this.intake.load(part);
    }
    if (this.reachesNext) this.links.send(this.usher, { kind: 'state-answer', part: this.parts });
  }

  private get reachesNext(): boolean {
    return this.next !== null && this.links.up(this.next) !== null;
  }

  /**
   * A lap about the view after `of`, with this server as a newcomer, passes through it, with its vote: it waits for that view.
   * What it may say it may say in every lap about that view, and nowhere else.
   */
  commit(of: View, pass: (vote: Vote | null) => void): void {
    const { state } = this;
    if (!this.lapOf || !sameView(this.lapOf.id, of.id)) this.given = state.vote;
    this.lapOf = of;
    this.askedAt = state.now;
    this.intake.end();
    if (state.vote !== null) {
      state.vote = null;
      state.journal.pledge(state.placeFact(null, this.contacts));
    }
    const { given } = this;
    if (given === null) return pass(null);
    state.journal.whenSafe(() => {
      if (this.lapOf === of) pass(given);
    });
  }

  /**
   * The ring went on without this server since the lap that it passed. Its usher, whose lap it was, is told too. A
   * provisional view says nothing about what the lineage has chosen.
   */
  passedOver(message: Install): void {
    if (!this.lapOf || !isOlder(this.lapOf, message.view)) return;
    if (this.usher !== null && this.links.incomingBy(this.usher)) this.links.send(this.usher, message);
    this.host.renew();
  }

  get isCommitted(): boolean {
    return this.lapOf !== null;
  }

  /** Whether this member has sent all that it vouches for. */
  isUsher(link: LinkId): boolean {
    return link === this.usher && this.held.length === 0;
  }

  tick(): void {
    const { now, options } = this.state;
    const patience = 2 * options.suspectAfterMs;
    const usher = this.usher === null ? undefined : this.links.incomingBy(this.usher);
    if (this.lapOf) {
      if (usher && now - usher.heardAt < options.suspectAfterMs) this.askedAt = now;
      if (now - this.askedAt > patience) this.askAround();
      if (this.isLost && this.link === null) this.askIfLinked();
    } else if (this.usher !== null) {
      if (this.reachesNext) this.cutOffSince = now;
      const isCutOff = now - this.cutOffSince > options.suspectAfterMs;
      if (!usher || isCutOff || now - usher.heardAt > patience) this.startOver();
    } else if (this.link === null) this.askIfLinked();
    else if (now - this.askedAt > patience) this.tryNext();
  }

  /** It may be connected to whom it asks for another reason. */
  private askIfLinked(): void {
    const { target } = this;
    const up = target === null ? null : this.links.up(target);
    if (up) this.ask(up.link!);
  }

  private ask(link: LinkId): void {
    const { self, catalogue, history, phase, ring, isDamaged } = this.state;
    this.link = link;
    this.askedAt = this.state.now;
    const isEmpty = catalogue.last === 0;
    this.links.send(link, {
      kind: 'join',
      newcomer: self,
      ring: isEmpty ? 0 : ring,
      watermark: isDamaged ? 0 : catalogue.watermark,
      lacks: catalogue.lacking.size > 0,
      history: recent(history),
      yields: phase === 'joining' || this.yields,
    });
  }

  private startAt(members: readonly string[]): void {
    this.turn = Math.max(
      0,
      this.contacts.findIndex((address) => members.includes(address)),
    );
    this.nextTryAt = 0;
    this.link = null;
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
    this.usher = null;
    this.next = null;
    this.held = [];
    this.parts = 0;
    if (this.state.phase === 'joining') this.intake.abandon();
    this.tryNext();
  }
}
