import type { Links } from './links.js';
import type { Invite, Newcomer, StateAnswer } from './messages.js';
import { keeps, type LogRecord } from './record.js';
import type { Server, ServerId } from './server.js';
import type { State } from './state.js';
import { Transfer } from './transfer.js';
import { isMember, placeFor, type View } from './view.js';

interface Guest {
  readonly invite: Invite;
  /** Whom the newcomer has been told to reach; null before. */
  next: Server | null;
  /** Monotonic ms of the last progress. */
  progressAt: number;
  transfer: Transfer | null;
  sent: number;
  answered: number;
  /** The answer to this part says that the newcomer is as far as this server, but for what came in between. */
  nearPart: number | null;
  /** The state was completed after this server had promised. */
  completed: boolean;
}

interface UsherHost {
  /** The newcomer has caught up: choose a view with it. */
  onReady(): void;
  /** This server cannot reach the newcomer; another may. */
  onUnreachable(invite: Invite): void;
  /** Large bodies that are ahead of their record: a newcomer does not have them. */
  pinned(): number;
}

const WINDOW_PARTS = 4;
const QUEUE_LIMIT = 64;

/**
 * Takes in newcomers, one at a time, that are to follow this server: it dials the newcomer, which proves the
 * way that frames will go, and streams the catalogue over that link while the ring goes on writing. Once the
 * newcomer is near, this server proposes the view with it. What is still missing then follows under its
 * promise, so the newcomer has exactly what its predecessor has.
 */
export class Usher {
  private guest: Guest | null = null;
  private queue: Invite[] = [];

  constructor(
    private readonly state: State,
    private readonly links: Links,
    private readonly host: UsherHost,
  ) {}

  /** The address of the newcomer that is being taken in. */
  get target(): string | null {
    return this.guest?.invite.newcomer.ring ?? null;
  }

  /** Whether this server is to follow up this invitation. */
  isMine(invite: Invite): boolean {
    return heir(this.state.view!, invite)?.id === this.state.self.id;
  }

  take(invite: Invite): void {
    const { id } = invite.newcomer;
    if (this.guest?.invite.newcomer.id === id || this.queue.some(({ newcomer }) => newcomer.id === id))
      return;
    if (this.queue.length < QUEUE_LIMIT) this.queue.push(invite);
    this.nextGuest();
  }

  linked(address: string): void {
    const { guest } = this;
    if (guest?.invite.newcomer.ring !== address) return;
    if (this.links.up(address)!.peer!.id !== guest.invite.newcomer.id) return this.giveUp();
    if (!this.isAsFar(guest.invite)) return;
    guest.progressAt = this.state.now;
    const { catalogue, options, history } = this.state;
    const base = guest.invite.base >= catalogue.floor ? guest.invite.base : 0;
    guest.next = this.state.place!.successor;
    const isKept = (record: LogRecord): boolean => keeps(guest.invite.newcomer, record);
    guest.transfer = new Transfer(catalogue, options.smallBodyBytes, guest.next, history, base, isKept);
    this.stream(guest);
  }

  dialFailed(address: string): void {
    if (this.target !== address) return;
    const { invite } = this.guest!;
    this.giveUp();
    this.host.onUnreachable(invite);
  }

  /** It may be that the newcomer cannot reach its successor here: at another place it might. */
  closed(address: string): void {
    if (this.target === address) this.dialFailed(address);
  }

  answered(message: StateAnswer, address: string): void {
    const { guest } = this;
    if (!guest?.transfer || this.target !== address) return;
    guest.answered = Math.max(guest.answered, message.part);
    guest.progressAt = this.state.now;
    if (isNear(guest)) this.host.onReady();
    else this.stream(guest);
  }

  /** The newcomer that this server, having promised, vouches for; completes its state when that is still to be done. */
  newcomer(): Newcomer | null {
    const { guest } = this;
    if (!guest || !isNear(guest)) return null;
    if (!guest.completed) this.complete(guest);
    const { newcomer: server, lacks } = guest.invite;
    const { self, catalogue, place } = this.state;
    // Who is still filling does not know of all bodies that are ahead of their record.
    const isCopy = place!.view.members[place!.index]!.full;
    const full = isCopy && !lacks && !guest.transfer!.leftBodiesOut && this.host.pinned() === 0;
    return { server, after: self.id, last: catalogue.last, full, vote: null };
  }

  lost(id: ServerId): void {
    if (this.guest?.invite.newcomer.id === id) this.giveUp();
  }

  /** A newcomer that is in has its link; one whose place is elsewhere now asks again. */
  installed(view: View): void {
    this.queue = this.queue.filter((invite) => !isMember(view, invite.newcomer.id) && this.isMine(invite));
    const { guest } = this;
    const isIn = guest && isMember(view, guest.invite.newcomer.id);
    if (guest && (isIn || guest.completed || !this.isMine(guest.invite) || this.hasOtherNext(guest))) {
      // Who waits for more learns by the end of the link that none comes from here.
      if (!isIn) this.links.end(guest.invite.newcomer.ring);
      this.dismiss();
    }
    this.nextGuest();
  }

  /** What the newcomer knows to be committed this server soon will: before that, it would send it as what is not. */
  private isAsFar({ base }: Invite): boolean {
    return base <= this.state.catalogue.watermark;
  }

  private hasOtherNext({ next }: Guest): boolean {
    return next !== null && next.id !== this.state.place!.successor.id;
  }

  tick(): void {
    const { guest } = this;
    if (!guest) return;
    const isStuck = this.state.now - guest.progressAt > 2 * this.state.options.suspectAfterMs;
    if (isStuck && !guest.completed) this.dialFailed(this.target!);
    else if (isNear(guest)) this.host.onReady();
    else if (guest.transfer === null && this.links.up(this.target!)) this.linked(this.target!);
  }

  private nextGuest(): void {
    if (this.guest) return;
    const invite = this.queue.shift();
    if (!invite) return;
    const progressAt = this.state.now;
    this.guest = {
      invite,
      next: null,
      progressAt,
      transfer: null,
      sent: 0,
      answered: 0,
      nearPart: null,
      completed: false,
    };
    if (this.links.up(invite.newcomer.ring)) this.linked(invite.newcomer.ring);
  }

  private stream(guest: Guest): void {
    const link = this.links.up(this.target!)?.link;
    if (link == null || guest.nearPart !== null) return;
    while (guest.sent - guest.answered < WINDOW_PARTS && guest.nearPart === null) {
      const part = guest.transfer!.nextPart();
      guest.sent = part.part;
      this.links.send(link, part);
      if (guest.transfer!.isAtEnd) guest.nearPart = part.part;
    }
  }

  private complete(guest: Guest): void {
    const link = this.links.up(this.target!)?.link;
    if (link == null) return;
    const { origins, idempotency } = this.state;
    const parts = guest.transfer!.finish(origins.entries(), idempotency.entries());
    for (const part of parts) this.links.send(link, part);
    guest.completed = true;
  }

  private dismiss(): void {
    this.guest?.transfer?.end();
    this.guest = null;
  }

  /** The link may be kept for another reason: who waits for more learns by its end that none comes from here. */
  private giveUp(): void {
    if (this.target !== null) this.links.end(this.target);
    this.dismiss();
    this.nextGuest();
  }
}

function isNear(guest: Guest): boolean {
  return guest.nearPart !== null && guest.answered >= guest.nearPart;
}

/** The member that a newcomer will follow: the one before its place, or the next that has not failed to reach it. */
export function heir(view: View, { newcomer, failed }: Invite): Server | null {
  const { members } = view;
  const at = placeFor(members, newcomer) - 1;
  const candidates = [...members.slice(at), ...members.slice(0, at)];
  return candidates.find(({ id }) => !failed.includes(id)) ?? null;
}
