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
  type Promise,
} from './messages.js';
import { isChosen, propose } from './proposal.js';
import type { ChoiceFact } from './saved.js';
import { isAnew, type Server, type ServerId } from './server.js';
import type { State } from './state.js';
import { isMember, othersAfter, sameView, type PartitionPolicy, type View } from './view.js';

/** What the chooser asks of the rest of the replica. */
export interface ChooserHost {
  /** For each member of the view: ms since its stamp was seen. */
  ages(): number[];
  /** Milliseconds for which the watermark still has to stay. */
  holdMs(): number;
  /** This server wishes to leave, and may. */
  leaves(): boolean;
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
  /** The last accept lap that it took part in. */
  private lastLap: Accept | null = null;
  private proposal: Ballot | null = null;
  /** The people of one who promised to it said that the ring goes on here. */
  private isAdoption = false;
  /** Since when a proposal has gone nowhere, monotonic ms. */
  private waitingSince = 0;
  /** Since when no view has followed the present one, monotonic ms. */
  private sealedAt = 0;
  private attempts = 0;
  private highestNumber = 0;
  /** Before this, monotonic ms, a server that has come back waits for a quorum, whatever the policy. */
  private patientUntil = -Infinity;

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

  /**
   * Goes on as a member that has promised, and knows of nothing that came of it: in a view that is not active.
   *
   * @param firstAfterMs when it proposes the next view, unless somebody else has
   */
  resume(view: View, choice: ChoiceFact | null, firstAfterMs: number): void {
    const { now, seat, options } = this.state;
    this.promised = choice?.promised ?? { number: 0, proposer: seat };
    this.accepted = choice?.accepted ?? null;
    this.proposal = null;
    this.attempts = 0;
    this.courier.installed();
    this.highestNumber = Math.max(this.highestNumber, view.id.number);
    this.waitingSince = now - this.patienceMs() + firstAfterMs;
    this.patientUntil = now + 2 * options.suspectAfterMs;
    this.state.sealed = true;
  }

  /** A ring that may be worth joining was met: it has some time to take this server in before that goes on by itself. */
  hold(): void {
    this.waitingSince = this.state.now;
  }

  /** The view was given up, and with it this server's part in it. */
  withdraw(): void {
    this.promised = null;
    this.accepted = null;
    this.proposal = null;
    this.courier.drop();
  }

  /** What it has promised and accepted in the present view; null when nothing. */
  get choice(): ChoiceFact | null {
    const { promised, accepted } = this;
    return promised && { name: 'choice', of: this.state.view!.id, promised, accepted };
  }

  /** The members of the present view have not agreed on the next one for so long that they may not be able to. */
  get isStuck(): boolean {
    const { now, options } = this.state;
    return this.promised !== null && now - this.sealedAt > 2 * options.suspectAfterMs;
  }

  /** Members that had a part in choosing this view, and have none in it: they need not be told that it goes on without them. null: it did not hear of the choice. */
  leaversOf(view: View): readonly Server[] | null {
    const { lastLap } = this;
    if (!lastLap || !sameView(lastLap.view.id, view.id)) return null;
    return lastLap.of.members.filter(({ id }) => lastLap.leavers.includes(id));
  }

  /** A next view of the lineage may have been chosen by what it accepted. */
  get isBound(): boolean {
    return this.accepted?.view.provisional === false;
  }

  installed(view: View): void {
    this.patientUntil = -Infinity;
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

  /** Proposes, whatever is under way. */
  insist(): void {
    this.start();
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
    if (message.ballot.proposer === this.state.seat) return this.returned(message);
    if (!this.promise(message.ballot)) return;
    this.carryAnswer(message);
  }

  /** A prepare lap that passes through this server while it is not yet in any view. */
  passPrepare(message: Prepare, after: ServerId): void {
    this.courier.carry(message, this.routeAfter(message.of, after, message.ballot.proposer));
  }

  accept(message: Accept): void {
    const { seat, view } = this.state;
    if (message.ballot.proposer === seat) return this.returned(message);
    this.lastLap = message;
    const isVoter = view !== null && sameView(message.of.id, view.id);
    if (!isVoter) return this.courier.carry(message, this.acceptRoute(message));
    if (!this.promise(message.ballot)) return;
    this.accepted = { ballot: message.ballot, view: message.view };
    const accepted = { ...message, acceptedBy: [...message.acceptedBy, seat] };
    this.whenSafe(() => this.courier.carry(accepted, this.acceptRoute(accepted)));
  }

  private start(): void {
    const ballot = { number: (this.promised?.number ?? 0) + 1, proposer: this.state.seat };
    this.promise(ballot);
    this.proposal = ballot;
    this.isAdoption = false;
    this.attempts++;
    this.carryAnswer(this.question());
  }

  private carryAnswer(message: Prepare): void {
    const answer = this.withAnswer(message);
    this.whenSafe(() => {
      const present = this.withoutLost(answer);
      this.courier.carry(present, this.prepareRoute(present));
    });
  }

  /** What a lap says of this server has to outlive it, where it has a disk. */
  private whenSafe(carry: () => void): void {
    const { journal, view } = this.state;
    const { promised } = this;
    journal.pledge(this.choice!);
    journal.whenSafe(() => {
      if (this.state.view === view && this.promised === promised) carry();
    });
  }

  /** The newcomer that this server has vouched for may have gone meanwhile. */
  private withoutLost(message: Prepare): Prepare {
    const own = this.ownNewcomer(message);
    if (!own || this.host.newcomer()?.server.id === own.server.id) return message;
    return { ...message, newcomers: message.newcomers.filter((one) => one !== own) };
  }

  private ownNewcomer({ newcomers }: Prepare): Newcomer | undefined {
    return newcomers.find(({ after }) => after === this.state.self.id);
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
    if (!this.promised) this.sealedAt = this.state.now;
    if (!this.promised || compareBallots(ballot, this.promised) > 0) this.waitingSince = this.state.now;
    this.promised = ballot;
    this.state.sealed = true;
    return true;
  }

  private withAnswer(message: Prepare): Prepare {
    const { self, seat, catalogue, place, isFilled, isDamaged, adopts } = this.state;
    const { accepted } = this;
    const hasComeBack = self.was !== 0;
    const answer = {
      member: seat,
      as: hasComeBack ? self : null,
      isDamaged,
      lacks: catalogue.lacking.size > 0,
      adopts,
      last: catalogue.last,
      watermark: catalogue.watermark,
      accepted,
      ages: this.host.ages(),
      holdMs: this.host.holdMs(),
    };
    const newcomer = this.host.newcomer();
    const isNewlyFull = !place!.view.members[place!.index]!.full && isFilled;
    return {
      ...message,
      promises: [...message.promises.filter(({ member }) => member !== seat), answer],
      accused: message.accused,
      objected: this.isObjected(message),
      newcomers: newcomer ? [...message.newcomers, newcomer] : message.newcomers,
      leavers: this.host.leaves() ? [...message.leavers, seat] : message.leavers,
      filled: isNewlyFull ? [...message.filled, seat] : message.filled,
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
    if (!sameView(message.of.id, this.state.view!.id)) return;
    if (!this.proposal || compareBallots(message.ballot, this.proposal) !== 0) return;
    if (this.promised && compareBallots(this.promised, this.proposal) > 0) return;
    if (message.kind === 'prepare') this.prepared(message);
    else this.acceptedLap(message);
  }

  private prepared(message: Prepare): void {
    if (this.accepted && compareBallots(this.accepted.ballot, message.ballot) === 0) return;
    const { options, seat } = this.state;
    this.isAdoption = message.promises.some(({ adopts }) => adopts);
    const number = Math.max(this.highestNumber, message.of.id.number) + 1;
    const view = propose(
      { ...message, objected: this.isObjected(message) },
      { policy: this.policy, leaseMs: options.readLeaseMs, number },
    );
    if (!view) return;
    this.highestNumber = Math.max(this.highestNumber, view.id.number);
    this.accepted = { ballot: message.ballot, view };
    const gone = message.accused.filter((accused) => accused.gone).map(({ id }) => id);
    const { of, ballot, promises } = message;
    const leavers = promises.filter((promise) => !isIn(view, promise)).map(({ member }) => member);
    const accept: Accept = { kind: 'accept', of, ballot, view, acceptedBy: [seat], leavers, gone };
    this.lastLap = accept;
    this.whenSafe(() => this.courier.carry(accept, this.acceptRoute(accept)));
  }

  private acceptedLap(message: Accept): void {
    const { view } = this.state;
    if (isChosen(view!, message, this.policy, this.isAdoption)) this.host.install(message.view);
  }

  /** Who has come back goes on without the others only once they have had the time to come back as well, or people say so. */
  private get policy(): PartitionPolicy {
    const { now, options } = this.state;
    if (this.isAdoption) return 'available';
    return now < this.patientUntil ? 'primary' : options.policy;
  }

  /** The newcomer that follows this server comes first, then the members in ring order up to the proposer. */
  private prepareRoute(message: Prepare): Server[] {
    const members = this.routeAfter(message.of, this.state.seat, message.ballot.proposer);
    const newcomer = this.ownNewcomer(message);
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
    const at = lap.findIndex((member) => isAnew(this.state.self, member));
    const rotated = [...lap.slice(at + 1), ...lap.slice(0, at + 1)];
    const isProposer = ({ id, was }: Server): boolean => id === ballot.proposer || was === ballot.proposer;
    return rotated.slice(0, rotated.findIndex(isProposer) + 1);
  }

  /** Members wait differently long, so that one proposes first; every failed attempt waits longer. */
  private patienceMs(): number {
    const { options, place } = this.state;
    const base = options.suspectAfterMs + (place?.index ?? 0) * options.probeIntervalMs;
    return base * Math.min(Math.max(this.attempts, 1), MOST_PATIENCE);
  }
}

/** Whether who promised this is in the view, in whichever life. */
function isIn({ members }: View, { member, as }: Promise): boolean {
  return members.some((one) => one.id === member || (as !== null && isAnew(as, one)));
}
