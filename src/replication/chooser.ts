import { Courier, type LapMessage } from './courier.js';
import type { LinkId } from './interface.js';
import type { Links } from './links.js';
import {
  compareBallots,
  type Accept,
  type Accepted,
  type Ballot,
  type Newcomer,
  type Prepare,
} from './messages.js';
import { isChosen, propose } from './proposal.js';
import type { Server, ServerId } from './server.js';
import type { State } from './state.js';
import { isMember, othersAfter, sameView, type View } from './view.js';

/** What the chooser asks of the rest of the replica. */
export interface ChooserHost {
  /** For each member of the view: ms since its stamp was seen. */
  ages(): number[];
  /** Milliseconds for which the watermark still has to stay. */
  holdMs(): number;
  /** The newcomer that may follow this server now; called when this server has promised. */
  newcomer(): Newcomer | null;
  /** The newcomer cannot be reached any more. */
  newcomerLost(id: ServerId): void;
  /** This view was chosen. */
  install(view: View): void;
}

/** Proposals after which the wait before the next one grows no more. */
const MOST_PATIENCE = 4;

/**
 * Chooses the view after the present one among its members: single-decree Paxos (Lamport 1998), its two phases
 * carried as laps. A promise seals this server: until a view is installed it handles no more frames of the
 * present one, so what it told of itself stays true.
 */
export class Chooser {
  readonly courier: Courier;
  private promised: Ballot | null = null;
  private accepted: Accepted | null = null;
  private proposal: Ballot | null = null;
  /** Since when a proposal has gone nowhere, monotonic ms. */
  private waitingSince = 0;
  private attempts = 0;
  private highestNumber = 0;

  constructor(
    private readonly state: State,
    private readonly links: Links,
    private readonly host: ChooserHost,
  ) {
    this.courier = new Courier(state, links, {
      onReturned: (message) => this.returned(message),
      onSkipped: (message, server, gone) => this.withSkipped(message, server, gone),
    });
  }

  installed(view: View): void {
    this.promised = null;
    this.accepted = null;
    this.proposal = null;
    this.attempts = 0;
    this.highestNumber = Math.max(this.highestNumber, view.id.number);
    this.courier.installed();
  }

  /** Starts a proposal, unless one is under way that may still succeed. */
  act(): void {
    if (this.state.place && !this.promised) this.start();
  }

  /** This member is gone, or silent; the view goes on without it. */
  accuse(id: ServerId, gone: boolean): void {
    this.courier.accuse(id, gone);
    this.act();
  }

  tick(): void {
    this.courier.tick();
    if (this.promised && this.state.now - this.waitingSince > this.patienceMs()) this.start();
  }

  excuse(lateMs: number): void {
    this.waitingSince = Math.min(this.state.now, this.waitingSince + lateMs);
    this.courier.excuse(lateMs);
  }

  /**
   * Another incarnation answers at a member's address. It may be a member of a later view, and answers an older
   * proposal with that.
   */
  consult(address: string, link: LinkId): void {
    if (this.promised) this.courier.consult(address, link, this.question());
  }

  /** A prepare lap about the present view. */
  prepare(message: Prepare): void {
    const { self } = this.state;
    if (message.ballot.proposer === self.id) return this.returned(message);
    if (!this.promise(message.ballot)) return;
    this.courier.carry(this.withAnswer(message), this.prepareRoute(message));
  }

  /** A prepare lap that passes through this server while it is not yet in any view. */
  passPrepare(message: Prepare, after: ServerId): void {
    this.courier.carry(message, this.routeAfter(message.of, after, message.ballot.proposer));
  }

  accept(message: Accept): void {
    const { self, view } = this.state;
    if (message.ballot.proposer === self.id) return this.returned(message);
    if (view && sameView(message.of.id, view.id)) {
      if (!this.promise(message.ballot)) return;
      this.accepted = { ballot: message.ballot, view: message.view };
      message = { ...message, acceptedBy: [...message.acceptedBy, self.id] };
    }
    this.courier.carry(message, this.acceptRoute(message));
  }

  private start(): void {
    const { self } = this.state;
    const ballot = { number: (this.promised?.number ?? 0) + 1, proposer: self.id };
    this.promise(ballot);
    this.proposal = ballot;
    this.attempts++;
    const bare = this.question();
    this.courier.carry(this.withAnswer(bare), this.prepareRoute(bare));
  }

  /** A prepare about the present view that nobody has answered yet. */
  private question(): Prepare {
    return {
      kind: 'prepare',
      of: this.state.view!,
      ballot: this.promised!,
      promises: [],
      accused: [],
      objected: false,
      newcomers: [],
      leavers: [],
      filled: [],
    };
  }

  /** False when a higher ballot has this server's promise. */
  private promise(ballot: Ballot): boolean {
    if (this.promised && compareBallots(ballot, this.promised) < 0) return false;
    if (!this.promised || compareBallots(ballot, this.promised) > 0) this.waitingSince = this.state.now;
    this.promised = ballot;
    this.state.sealed = true;
    return true;
  }

  private withAnswer(message: Prepare): Prepare {
    const { self, catalogue, leaving, place, isFilled } = this.state;
    const { accepted } = this;
    const answer = {
      member: self.id,
      last: catalogue.last,
      accepted,
      ages: this.host.ages(),
      holdMs: this.host.holdMs(),
    };
    const newcomer = this.host.newcomer();
    const isNewlyFull = !place!.view.members[place!.index]!.full && isFilled;
    return {
      ...message,
      promises: [...message.promises.filter(({ member }) => member !== self.id), answer],
      accused: message.accused,
      objected: this.isObjected(message),
      newcomers: newcomer ? [...message.newcomers, newcomer] : message.newcomers,
      leavers: leaving ? [...message.leavers, self.id] : message.leavers,
      filled: isNewlyFull ? [...message.filled, self.id] : message.filled,
    };
  }

  /** Someone still hears a member that was skipped; the proposer looks again, as it answered before that. */
  private isObjected({ objected, accused }: Prepare): boolean {
    return objected || accused.some(({ id, gone }) => !gone && this.hears(id));
  }

  private hears(id: ServerId): boolean {
    const { now, options } = this.state;
    return this.links.hears(id, now - options.suspectAfterMs / 2);
  }

  private withSkipped(message: LapMessage, server: Server, gone: boolean): LapMessage {
    if (message.kind === 'accept') return gone ? { ...message, gone: [...message.gone, server.id] } : message;
    if (!isMember(message.of, server.id)) {
      this.host.newcomerLost(server.id);
      return { ...message, newcomers: message.newcomers.filter((one) => one.server.id !== server.id) };
    }
    const accused = message.accused.filter(({ id }) => id !== server.id);
    return { ...message, accused: [...accused, { id: server.id, gone }] };
  }

  private returned(message: LapMessage): void {
    if (!this.proposal || compareBallots(message.ballot, this.proposal) !== 0) return;
    if (this.promised && compareBallots(this.promised, this.proposal) > 0) return;
    if (message.kind === 'prepare') this.prepared(message);
    else this.acceptedLap(message);
  }

  private prepared(message: Prepare): void {
    if (this.accepted && compareBallots(this.accepted.ballot, message.ballot) === 0) return;
    const { options, self } = this.state;
    const number = Math.max(this.highestNumber, message.of.id.number) + 1;
    const view = propose(
      { ...message, objected: this.isObjected(message) },
      { policy: options.policy, leaseMs: options.readLeaseMs, number },
    );
    if (!view) return;
    this.highestNumber = Math.max(this.highestNumber, view.id.number);
    this.accepted = { ballot: message.ballot, view };
    const gone = message.accused.filter((accused) => accused.gone).map(({ id }) => id);
    const { of, ballot, promises } = message;
    const leavers = promises.map(({ member }) => member).filter((id) => !isMember(view, id));
    const accept: Accept = { kind: 'accept', of, ballot, view, acceptedBy: [self.id], leavers, gone };
    this.courier.carry(accept, this.acceptRoute(accept));
  }

  private acceptedLap(message: Accept): void {
    if (isChosen(this.state.view!, message, this.state.options.policy)) this.host.install(message.view);
  }

  /** The newcomer that follows this server comes first, then the members in ring order up to the proposer. */
  private prepareRoute(message: Prepare): Server[] {
    const { self } = this.state;
    const members = this.routeAfter(message.of, self.id, message.ballot.proposer);
    const newcomer = this.host.newcomer();
    return newcomer ? [newcomer.server, ...members] : members;
  }

  private routeAfter(view: View, id: ServerId, proposer: ServerId): Server[] {
    const others: Server[] = othersAfter(view, id);
    const end = others.findIndex((member) => member.id === proposer);
    if (end >= 0) return others.slice(0, end + 1);
    return [...others, view.members.find((member) => member.id === proposer)!];
  }

  /** The members of the proposed view in their order and those who leave, round to the proposer. */
  private acceptRoute({ of, view, leavers, ballot }: Accept): Server[] {
    const lap: Server[] = [...view.members, ...of.members.filter(({ id }) => leavers.includes(id))];
    const at = lap.findIndex(({ id }) => id === this.state.self.id);
    const rotated = [...lap.slice(at + 1), ...lap.slice(0, at + 1)];
    return rotated.slice(0, rotated.findIndex(({ id }) => id === ballot.proposer) + 1);
  }

  /** Members wait differently long, so that one proposes first; every failed attempt waits longer. */
  private patienceMs(): number {
    const { options, place } = this.state;
    const base = options.suspectAfterMs + (place?.index ?? 0) * options.probeIntervalMs;
    return base * Math.min(Math.max(this.attempts, 1), MOST_PATIENCE);
  }
}
