import { Effects } from './effects.js';
import { Incarnations } from './incarnations.js';
import type {
  Clock,
  Input,
  LinkId,
  Lost,
  NotDone,
  Outcome,
  Peek,
  Ready,
  ReplicaOptions,
  Status,
  Ticket,
} from './interface.js';
import { Journal } from './journal.js';
import type { Neighbourhood } from './neighbourhood.js';
import { Offers } from './offers.js';
import { OwnWrites } from './own-writes.js';
import type { Parts } from './parts.js';
import { Readout } from './readout.js';
import { receive } from './receive.js';
import { weightOf, type LogRecord, type Operation } from './record.js';
import type { MarkFact, BodyPlace } from './saved.js';
import { stores } from './server.js';
import { hasLastBodies, standsInFor, type View } from './view.js';

/** Times of a request for which a leaver waits until others keep what only it keeps. */
const HAND_ON_TIMES = 6;
/** Silences for which a leaver waits for a view without itself; then it goes as if it had died. */
const LEAVE_ATTEMPTS = 3;
/**
 * One server of the ring as a deterministic state machine: inputs in by `step`, effects out by `ready`. It does
 * no I/O, sets no timers and reads no clock; the same inputs give the same effects.
 *
 * It holds what survives the server's incarnations, the writes of its clients, and the parts of the present
 * incarnation, each of which is one idea of the protocol: the chain, the beats, the choice of views, and so on.
 */
export class Replica {
  private readonly effects = new Effects();
  private readonly journal: Journal;
  private readonly own: OwnWrites;
  private readonly offers: Offers;
  private readonly incarnations: Incarnations;
  private leaveTickets: Ticket[] = [];
  /** Monotonic ms until which what was written apart is offered before this server leaves. */
  private offerBy = 0;
  /** Monotonic ms until which it waits for others to keep what only it keeps. */
  private handOnBy = 0;
  /** Monotonic ms at which somebody still read a file of its directory. */
  private readAt = -Infinity;
  private leaveBy = 0;
  private adoptTickets: Ticket[] = [];
  private adoptBy = 0;
  /** The view that stood when people last said that the ring goes on here. */
  private adoptedFrom: View | null = null;
  private isTick = false;

  constructor(
    private readonly options: ReplicaOptions,
    clock: Clock,
  ) {
    this.journal = new Journal(options.saved !== null, this.effects);
    this.own = new OwnWrites(options.waitingLimit, (ticket, outcome) => this.effects.answer(ticket, outcome));
    this.offers = new Offers(this.effects, this.journal, options.saved?.offers ?? []);
    const { effects, journal, own, offers } = this;
    this.incarnations = new Incarnations(options, effects, journal, own, offers, clock, () => this.left());
    this.incarnations.begin(options.saved);
    this.neighbourhood.connect();
  }

  /** Takes one input in. What follows from it is in `ready()`. */
  step(input: Input, clock: Clock): void {
    this.observe(clock);
    switch (input.kind) {
      case 'write':
        return this.write(input.ticket, input.operation);
      case 'upload':
        return this.parts.uploads.open(input.ticket, input.size);
      case 'upload-piece':
        return this.parts.uploads.piece(input.ticket, input.bytes);
      case 'upload-end':
        return this.parts.uploads.end(input.ticket, input.operation);
      case 'upload-abort':
        this.own.disown(input.ticket);
        return this.parts.uploads.abort(input.ticket);
      case 'read':
        return this.parts.reads.add(input.ticket, input.key);
      case 'fetch':
        return this.parts.fetches.want(input);
      case 'fetch-end':
        return this.parts.fetches.end(input.fetch);
      case 'barrier':
        return this.parts.reads.add(input.ticket, null);
      case 'frames':
        return this.frames(input.link, input.messages);
      case 'tick':
        this.tick();
        break;
      case 'leave':
        this.leave(input.ticket);
        break;
      case 'adopt':
        this.adopt(input.ticket);
        break;
      case 'sighted':
        this.incarnations.sighted(input.address, input.ring, input.isEmpty);
        break;
      case 'found':
        this.incarnations.found();
        break;
      case 'warm':
        return this.parts.state.catalogue.warm(input.key, input.revision, input.body);
      case 'unreadable':
        return this.unreadable(input.stored);
      case 'saved':
        this.journal.saved(input.sequence);
        this.parts.chain.saved();
        break;
      case 'linked':
        this.neighbourhood.linked(input.address, input.link, input.peer);
        break;
      case 'dial-failed':
        this.neighbourhood.dialFailed(input.address, input.gone);
        break;
      case 'accepted':
        this.neighbourhood.accepted(input.link, input.peer);
        break;
      case 'closed':
        this.neighbourhood.closed(input.link);
        break;
    }
    this.neighbourhood.connect();
  }

  /** What is to be done since the last call; null when there is nothing. Call it after the inputs that are there. */
  ready(): Ready | null {
    const { chain, streams, reads } = this.parts;
    this.offers.pump(this.parts, (ticket, operation) => this.write(ticket, operation));
    chain.flush();
    streams.flush();
    reads.flush();
    this.journal.flush(() => this.mark(), this.isTick);
    this.isTick = false;
    return this.effects.take();
  }

  /** A read that needs nobody: at once. */
  peek(key: string, clock: Clock): Peek {
    this.observe(clock);
    return this.parts.reads.peek(key);
  }

  /** The newest committed version, be it a tombstone, whether or not this server may vouch for it (`max-stale`). */
  committed(key: string): LogRecord | undefined {
    return this.parts.state.catalogue.get(key);
  }

  /** Committed objects whose key starts with `prefix` and is greater than `after` (null: from the first), in key byte order. */
  list(prefix: string, after: string | null, limit: number): LogRecord[] {
    return this.parts.state.catalogue.list(prefix, after, limit);
  }

  /** Reads all that is committed here out while it changes; null when this server is no member. End it when it is not read on. */
  readOut(): Readout | null {
    const { state } = this.parts;
    if (state.phase !== 'member') return null;
    return new Readout(state.catalogue, 0, () => this.parts.state === state && state.phase === 'member');
  }

  /** Of a member: what nobody has any more. */
  lost(): Lost {
    return this.parts.lookups.lost();
  }

  status(clock: Clock): Status {
    this.observe(clock);
    const { state, beats, chooser, memory, streams, fetches, copies } = this.parts;
    const { phase, self, view, catalogue, place, sealed } = state;
    return {
      phase,
      self,
      view: phase === 'returning' ? null : view,
      ringId: view?.ring ?? 0,
      watermark: catalogue.watermark,
      full: phase === 'member' && place!.view.members[place!.index]!.full,
      hasLease: beats.mayRead(),
      choosing: sealed,
      suspected: [...chooser.courier.unreachable.keys()],
      ages: beats.ages(),
      loads: state.loads,
      objects: catalogue.objects,
      conflicts: catalogue.conflicts,
      offers: this.offers.count,
      bytes: memory.usedBytes,
      pinned: streams.pinned,
      passing: streams.passing + fetches.count,
      copiesAway: phase === 'member' ? copies.away : 0,
      lacking: catalogue.lacking.size + catalogue.lost.size,
    };
  }

  /** Before anything else, whether the machine was asleep meanwhile: that ends the lease. */
  private observe(clock: Clock): void {
    const { state, suspension, beats } = this.parts;
    state.setClock(clock);
    if (suspension.tick(clock.now, clock.wall)) beats.lease.void(clock.now);
  }

  private write(ticket: Ticket, operation: Operation): void {
    const { state, chain } = this.parts;
    const refusal = this.refusal(operation);
    if (refusal) return this.effects.answer(ticket, { kind: 'not-done', reason: refusal });
    this.own.add(ticket, operation, state.now + this.options.requestTimeoutMs);
    chain.pump();
  }

  private refusal(operation: Operation): NotDone | null {
    const { state, memory } = this.parts;
    if (state.phase !== 'member') return 'not-a-member';
    if (state.leaving) return 'leaving';
    if (operation.kind !== 'put') return null;
    if (!state.hasStorage) return 'no-storage';
    return memory.fits(weightOf(operation)) ? null : 'full';
  }

  /** What is needed is asked of the others. */
  private unreadable(stored: BodyPlace): void {
    const { state, streams, beats } = this.parts;
    if (stored.kind === 'offers') this.offers.unreadable(stored.revision);
    const record = stored.kind === 'records' ? state.catalogue.lose(stored.revision) : null;
    const fate = state.place?.isAlone === true ? 'lost' : 'sought';
    if (record !== null) {
      beats.lost(record.revision);
      this.effects.emit({ kind: 'damaged', record, fate });
    }
    streams.unreadable(stored);
  }

  private frames(link: LinkId, messages: Parameters<typeof receive>[2]): void {
    const { parts } = this;
    parts.links.heard(link, parts.state.now);
    const rewired = receive(parts, link, messages, this.incarnations);
    if (rewired) this.neighbourhood.connect();
  }

  private tick(): void {
    const { parts, own } = this;
    const { state } = parts;
    this.isTick = true;
    this.excuse();
    this.tickAdoption();
    const reason = state.sealed ? 'no-quorum' : 'timeout';
    own.expire(state.now, reason);
    parts.uploads.tick(reason);
    parts.reads.tick();
    parts.fetches.tick();
    if (state.phase === 'joining') {
      parts.newcomer.tick();
      parts.chooser.courier.tick();
    }
    if (state.phase === 'returning') {
      parts.newcomer.tick();
      parts.chooser.tick();
    }
    if (this.leaveTickets.length > 0 && !state.leaving) this.departIfDone();
    if (state.phase === 'member') this.tickMember();
    this.neighbourhood.tick();
  }

  private tickMember(): void {
    const { lookups, chain, beats, usher, reception, chooser, state } = this.parts;
    if (state.isActive) lookups.tick();
    this.parts.streams.tick();
    chain.tick();
    beats.tick();
    usher.tick();
    this.parts.cache.sweep();
    this.parts.copies.sweep();
    this.parts.knocks.tick();
    reception.tick();
    chooser.tick();
    // What it is to hand on after all comes first.
    if (state.leaving && !this.parts.handingOn.isDone())
      this.leaveBy = state.now + this.options.suspectAfterMs;
    if (state.leaving && (state.place!.isAlone || state.now > this.leaveEnd())) this.left();
    else if (this.wantsNewView()) chooser.act();
  }

  /** Monotonic ms. Whoever alone has what another one is about to get waits for that as long as for anything that it hands on. */
  private leaveEnd(): number {
    const end = this.leaveBy + LEAVE_ATTEMPTS * this.options.suspectAfterMs;
    const { view, index } = this.parts.state.place!;
    const isAwaited =
      hasLastBodies(view, index) && view.members.some((other) => stores(other) && !other.full);
    return isAwaited ? Math.max(end, this.handOnBy) : end;
  }

  /** This member itself wishes a change: it leaves (not with the last full copy), it is full now, or the beats have stopped. */
  private wantsNewView(): boolean {
    const { state, beats, handingOn } = this.parts;
    if (!state.isActive) return false;
    const { view, index } = state.place!;
    const mayGo = view.members.some((other, at) => at !== index && standsInFor(other, state.self));
    if (state.leaving && mayGo && handingOn.isDone())
      return this.own.pending === 0 || state.now >= this.leaveBy;
    const { full } = view.members[index]!;
    return beats.areSilent() || (!full && state.isFilled);
  }

  /** A server that was itself late credits everyone with that time before it looks at them. */
  private excuse(): void {
    const { state, lateness, links, beats, chooser } = this.parts;
    const late = lateness.tick(state.now);
    if (late === 0) return;
    links.excuse(late, state.now);
    beats.excuse(late);
    chooser.excuse(late);
  }

  /** A member first hands over what the ring does not have yet, within the time of a request, and what only it keeps. */
  private leave(ticket: Ticket): void {
    const { now } = this.parts.state;
    const { requestTimeoutMs } = this.options;
    if (this.leaveTickets.length === 0) {
      this.offerBy = now + requestTimeoutMs;
      this.handOnBy = now + HAND_ON_TIMES * requestTimeoutMs;
    }
    this.leaveTickets.push(ticket);
    this.departIfDone();
  }

  private departIfDone(): void {
    const { state, handingOn } = this.parts;
    const { phase, now } = state;
    state.handOnBy = this.handOnBy;
    if (phase !== 'member') return this.depart();
    const hasOffers = this.offers.count > 0 && now < this.offerBy;
    const isNeeded = now < this.handOnBy && (this.isRead() || !handingOn.isDone());
    if (!hasOffers && !isNeeded) this.depart();
  }

  /** Nobody takes files over, so whoever reads one, or has just done so and may want the next one, gets it first. */
  private isRead(): boolean {
    const { state, streams } = this.parts;
    if (streams.givesFile()) this.readAt = state.now;
    return state.now - this.readAt <= this.options.suspectAfterMs;
  }

  private depart(): void {
    const { state } = this.parts;
    this.leaveBy = state.now + this.options.suspectAfterMs;
    state.leaving = true;
    this.own.refuseWaiting('leaving');
    this.parts.uploads.refuseAll('leaving');
    if (state.phase !== 'member' || state.place!.isAlone) return this.left();
    if (this.own.pending === 0) this.parts.chooser.act();
  }

  private left(): void {
    this.parts.handingOn.end();
    this.incarnations.end();
    this.journal.flush(() => this.mark(), true);
    for (const ticket of this.leaveTickets) this.effects.answer(ticket, { kind: 'left' });
    this.leaveTickets = [];
  }

  /**
   * Chooses a view of the lineage with those who are here, within the time of a request; also where nothing seems to be wrong, as a
   * cut may not have been noticed yet.
   */
  private adopt(ticket: Ticket): void {
    const { state } = this.parts;
    if (state.phase === 'joining' || state.phase === 'left')
      return this.effects.answer(ticket, { kind: 'not-done', reason: 'not-a-member' });
    this.adoptTickets.push(ticket);
    this.adoptBy = state.now + this.options.requestTimeoutMs;
    this.adoptedFrom = state.view;
    this.proposeAdoption();
  }

  private proposeAdoption(): void {
    const { state, chooser } = this.parts;
    state.adopts = true;
    chooser.insist();
  }

  private tickAdoption(): void {
    if (this.adoptTickets.length === 0) return;
    const { state } = this.parts;
    if (this.isAdopted) return this.answerAdopters({ kind: 'adopted' });
    if (state.now >= this.adoptBy) {
      state.adopts = false;
      return this.answerAdopters({ kind: 'unknown' });
    }
    // Another one has chosen a provisional view meanwhile.
    if (state.phase === 'member' && !state.adopts) this.proposeAdoption();
  }

  /** A view of the lineage was chosen since people said so. */
  private get isAdopted(): boolean {
    const { phase, view } = this.parts.state;
    return phase === 'member' && view !== this.adoptedFrom && !view!.provisional;
  }

  private answerAdopters(outcome: Outcome): void {
    for (const ticket of this.adoptTickets.splice(0)) this.effects.answer(ticket, outcome);
  }

  private get parts(): Parts {
    return this.incarnations.parts;
  }

  private get neighbourhood(): Neighbourhood {
    return this.incarnations.neighbourhood;
  }

  private mark(): MarkFact {
    const { catalogue, origins } = this.parts.state;
    const { watermark, floor } = catalogue;
    return { name: 'mark', watermark, floor, origins: origins.entries() };
  }
}
