import type { LinkId } from './interface.js';
import type { Links } from './links.js';
import type { Accept, Prepare } from './messages.js';
import { isAnew, type Server, type ServerId } from './server.js';
import type { State } from './state.js';
import { isMember } from './view.js';

export type LapMessage = Prepare | Accept;

interface Skipped {
  readonly gone: boolean;
  readonly at: number;
}

interface Errand {
  message: LapMessage;
  /** Servers still to be tried, the present one first; the lap's proposer is the last. */
  route: Server[];
  /** Since when the present one is tried, monotonic ms. */
  since: number;
  /** The link on which it was handed over; null before. */
  sentOn: number | null;
}

interface Lap {
  /** It has come back to its proposer, this server. */
  onReturned(message: LapMessage): void;
  /** A copy of the message that says that this server was passed over. */
  onSkipped(message: LapMessage, server: Server, gone: boolean): LapMessage;
}

/**
 * Hands a lap on to the next server that can be reached, and watches it afterwards: when that server breaks
 * off or falls silent before the lap is superseded, the lap goes to the one after it, with a word about whom
 * it passed over. So a broken ring still carries the decision that repairs it.
 */
export class Courier {
  private errand: Errand | null = null;
  private readonly skipped = new Map<ServerId, Skipped>();
  private readonly consulted = new Set<string>();

  constructor(
    private readonly state: State,
    private readonly links: Links,
    private readonly lap: Lap,
  ) {}

  /** The addresses to be connected: the next stop, and, when that one keeps it waiting, all after it. */
  *targets(): Generator<string> {
    const { errand } = this;
    if (!errand) return;
    const { now, options } = this.state;
    const isWaiting = errand.sentOn === null && now - errand.since > options.probeIntervalMs;
    for (const stop of isWaiting ? errand.route : errand.route.slice(0, 1))
      if (!isAnew(this.state.self, stop)) yield this.links.addressOf(stop);
  }

  /** The address of the next stop. */
  get target(): string | null {
    const first = this.errand?.route[0];
    return first && !isAnew(this.state.self, first) ? this.links.addressOf(first) : null;
  }

  /** Addresses where an answer may still come from. */
  get asked(): ReadonlySet<string> {
    return this.consulted;
  }

  /** Members that could not be reached a short while ago. */
  get unreachable(): ReadonlyMap<ServerId, Skipped> {
    return this.skipped;
  }

  carry(message: LapMessage, route: readonly Server[]): void {
    this.errand = { message, route: [...route], since: this.state.now, sentOn: null };
    this.proceed();
  }

  drop(): void {
    this.errand = null;
  }

  /** A view was installed: what could not be reached before is tried anew. */
  installed(): void {
    this.errand = null;
    this.skipped.clear();
    this.consulted.clear();
  }

  accuse(id: ServerId, gone: boolean): void {
    this.skipped.set(id, { gone, at: this.state.now });
  }

  /** Who has come back in the place of a member is there to be reached. */
  returned({ was }: Server): void {
    this.skipped.delete(was);
  }

  /** The next stop went on without the others, and cannot take part. */
  passOver(link: LinkId): void {
    if (this.errand?.sentOn === link) this.skip(false);
  }

  /** Asks who is not the member that was looked for; its answer comes over that link. */
  consult(address: string, link: LinkId, message: LapMessage): void {
    this.consulted.add(address);
    this.links.send(link, message);
  }

  linked(address: string): void {
    if (this.target === address) this.proceed();
  }

  /** A refused connection is certain; any other failure is tried again until it has lasted. */
  dialFailed(address: string, gone: boolean): void {
    if (this.target !== address || this.errand!.sentOn !== null) return;
    if (gone || this.isOverdue(this.errand!.since)) this.skip(gone);
  }

  /** A newcomer got its state over that very link: without it, it is passed over. */
  closed(link: number, address: string): void {
    const { errand } = this;
    if (!errand || this.target !== address) return;
    if (!isMember(errand.message.of, errand.route[0]!.id)) return this.skip(false);
    if (errand.sentOn !== link) return;
    errand.sentOn = null;
    errand.since = this.state.now;
  }

  tick(): void {
    this.forgetOldSkips();
    const { errand } = this;
    if (!errand || this.target === null) return;
    if (errand.sentOn === null) {
      if (this.isOverdue(errand.since)) this.skip(false);
      else this.proceed();
      return;
    }
    const heardAt = this.links.outgoingBy(errand.sentOn)?.heardAt ?? errand.since;
    if (this.isOverdue(Math.max(heardAt, errand.since))) this.skip(false);
  }

  excuse(lateMs: number): void {
    if (this.errand) this.errand.since = Math.min(this.state.now, this.errand.since + lateMs);
  }

  private proceed(): void {
    const { errand } = this;
    if (!errand || errand.sentOn !== null) return;
    const [target] = errand.route;
    if (!target) return this.drop();
    if (isAnew(this.state.self, target)) return this.deliver(errand);
    const known = this.skipped.get(target.id);
    if (known) return this.skip(known.gone);
    this.handOver(errand, target);
  }

  private handOver(errand: Errand, target: Server): void {
    const address = this.links.addressOf(target);
    const up = this.links.up(address);
    if (!up) return;
    if (!isAnew(up.peer!, target)) {
      this.consult(address, up.link!, errand.message);
      return this.skip(true);
    }
    errand.sentOn = up.link;
    errand.since = this.state.now;
    this.links.send(up.link!, errand.message);
  }

  private deliver(errand: Errand): void {
    this.errand = null;
    this.lap.onReturned(errand.message);
  }

  private skip(gone: boolean): void {
    const errand = this.errand!;
    const target = errand.route.shift()!;
    if (!this.skipped.has(target.id)) this.accuse(target.id, gone);
    errand.message = this.lap.onSkipped(errand.message, target, gone);
    // Stops that have been dialled as long as the one before need not be waited for anew.
    if (errand.sentOn !== null) errand.since = this.state.now;
    errand.sentOn = null;
    this.proceed();
  }

  private isOverdue(since: number): boolean {
    return this.state.now - since > this.state.options.suspectAfterMs;
  }

  private forgetOldSkips(): void {
    const before = this.state.now - 2 * this.state.options.suspectAfterMs;
    for (const [id, { at }] of this.skipped) if (at < before) this.skipped.delete(id);
  }
}
