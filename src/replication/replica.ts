import { Effects } from './effects.js';
import { Journal } from './journal.js';
import type {
  Clock,
  Input,
  LinkId,
  NotDone,
  Peek,
  Ready,
  ReplicaOptions,
  Status,
  Ticket,
} from './interface.js';
import { Neighbourhood } from './neighbourhood.js';
import { Offers } from './offers.js';
import { OwnWrites } from './own-writes.js';
import { assemble, type Parts } from './parts.js';
import { Readout } from './readout.js';
import { weightOf, type LogRecord, type Operation } from './record.js';
import { receive } from './receive.js';
import { withStep } from './history.js';
import { factOf, restore } from './restore.js';
import type { ChoiceFact, MarkFact, PlaceFact, Saved, Step } from './saved.js';
import type { Server, ServerId } from './server.js';
import { placeIn, State } from './state.js';
import { departed, dropExcess, enterView, foundingView } from './transition.js';
import {
  isChild,
  isMember,
  hasGoneApart,
  isWorthJoining,
  placeOf,
  sameView,
  supersedes,
  type View,
} from './view.js';
import { voteOf } from './vote.js';

/** Silences for which a leaver waits for a view without itself; then it goes as if it had died. */
const LEAVE_ATTEMPTS = 3;
/** How often people are told that another ring is about. */
const TELL_STRANGER_MS = 60_000;
/** No link has this number. */
const NO_LINK = 0;

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
  private parts: Parts;
  private neighbourhood: Neighbourhood;
  /** Members of the last view that this server heard of, to ask them when it has to join again. */
  private contacts: readonly string[] = [];
  private leaveTickets: Ticket[] = [];
  private leaveBy = 0;
  private adoptTickets: Ticket[] = [];
  private isTick = false;
  /** Monotonic ms at which people were last told of another ring. */
  private strangerAt = -Infinity;

  constructor(
    private readonly options: ReplicaOptions,
    clock: Clock,
  ) {
    this.journal = new Journal(options.saved !== null, this.effects);
    this.own = new OwnWrites(options.waitingLimit, (ticket, outcome) => this.effects.answer(ticket, outcome));
    this.offers = new Offers(this.effects, this.journal, options.saved?.offers ?? []);
    this.parts = this.assemble(options.self, clock);
    this.neighbourhood = new Neighbourhood(this.parts);
    this.begin(options.saved);
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
        this.parts.links.accepted(input.link, input.peer, clock.now);
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

  /** The newest committed object, whether or not this server may vouch for it (`max-stale`). */
  committed(key: string): LogRecord | undefined {
    const record = this.parts.state.catalogue.get(key);
    return record?.kind === 'put' ? record : undefined;
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

  status(clock: Clock): Status {
    this.observe(clock);
    const { state, beats, chooser, memory, streams } = this.parts;
    const { phase, self, view, catalogue, place, sealed } = state;
    return {
      phase,
      self,
      view: phase === 'returning' ? null : view,
      watermark: catalogue.watermark,
      full: phase === 'member' && place!.view.members[place!.index]!.full,
      hasLease: beats.mayRead(),
      choosing: sealed,
      suspected: [...chooser.courier.unreachable.keys()],
      objects: catalogue.objects,
      conflicts: catalogue.conflicts,
      offers: this.offers.count,
      bytes: memory.usedBytes,
      pinned: streams.pinned,
    };
  }

  /** Before anything else, whether the machine was asleep meanwhile: that ends the lease. */
  private observe(clock: Clock): void {
    const { state, suspension, beats } = this.parts;
    state.setClock(clock);
    if (suspension.tick(clock.now, clock.wall)) beats.lease.void(clock.now);
  }

  private assemble(self: Server, clock: Clock): Parts {
    const state = new State(this.options, self, this.effects, this.journal, clock);
    return assemble(state, this.own, {
      install: (view) => this.install(view),
      renew: () => this.renew(),
      surrender: (history) => this.surrender(history),
      dissolve: (address) => this.dissolve(address),
      committed: (record) => this.effects.emit({ kind: 'committed', record }),
    });
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
    return operation.kind === 'put' && !memory.fits(weightOf(operation)) ? 'full' : null;
  }

  private frames(link: LinkId, messages: Parameters<typeof receive>[2]): void {
    const { parts } = this;
    parts.links.heard(link, parts.state.now);
    const rewired = receive(parts, link, messages, {
      follow: (view, from, isActive) => this.follow(view, from, isActive),
      install: (view) => this.install(view),
      met: (view) => this.met(view),
    });
    if (rewired) this.neighbourhood.connect();
  }

  private tick(): void {
    const { parts, own } = this;
    const { state } = parts;
    this.isTick = true;
    this.excuse();
    const reason = state.sealed ? 'no-quorum' : 'timeout';
    own.expire(state.now, reason);
    parts.uploads.tick(reason);
    parts.reads.tick();
    if (state.phase === 'joining') {
      parts.newcomer.tick();
      parts.chooser.courier.tick();
    }
    if (state.phase === 'returning') {
      parts.newcomer.tick();
      parts.chooser.tick();
    }
    if (state.phase === 'member') this.tickMember();
    this.neighbourhood.tick();
  }

  private tickMember(): void {
    const { lookups, chain, beats, usher, reception, chooser, state } = this.parts;
    if (state.isActive) lookups.tick();
    chain.tick();
    beats.tick();
    usher.tick();
    this.parts.knocks.tick();
    reception.tick();
    chooser.tick();
    const { suspectAfterMs } = this.options;
    const isOver = state.now > this.leaveBy + LEAVE_ATTEMPTS * suspectAfterMs;
    if (state.leaving && (state.place!.isAlone || isOver)) this.left();
    else if (this.wantsNewView()) chooser.act();
  }

  /** This member itself wishes a change: it leaves (not with the last full copy), it is full now, or the beats have stopped. */
  private wantsNewView(): boolean {
    const { state, beats } = this.parts;
    if (!state.isActive) return false;
    const { view, index } = state.place!;
    if (state.leaving && view.members.some(({ full }, at) => full && at !== index)) {
      return this.own.pending === 0 || state.now >= this.leaveBy;
    }
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

  private leave(ticket: Ticket): void {
    const { state } = this.parts;
    this.leaveTickets.push(ticket);
    this.leaveBy = state.now + this.options.suspectAfterMs;
    state.leaving = true;
    this.own.refuseWaiting('leaving');
    this.parts.uploads.refuseAll('leaving');
    if (state.phase !== 'member' || state.place!.isAlone) return this.left();
    if (this.own.pending === 0) this.parts.chooser.act();
  }

  /** Finds its way into a ring: with what is on its disk, by the members that it knows, or by founding one. */
  private begin(saved: Saved | null): void {
    const { self, peers, randomId } = this.options;
    const place = saved && factOf(saved, 'place');
    if (saved && place?.view) return this.comeBack(saved, place, place.view);
    const contacts = [...(place?.contacts ?? []), ...peers];
    if (contacts.length === 0) return this.install(foundingView(self, randomId()));
    // Without a place, what is on the disk is part of a state that never was whole.
    this.parts.state.clear();
    this.parts.newcomer.start(contacts);
  }

  /** With the state of a view of which nobody knows what has become of it. */
  private comeBack(saved: Saved, { seat, history, vote, isForeign }: PlaceFact, view: View): void {
    const { state } = this.parts;
    const isDamaged = isForeign || saved.damaged.length > 0;
    Object.assign(state, { self: { ...state.self, was: seat }, history, vote, ring: view.ring, isDamaged });
    restore(state, saved);
    const choice = factOf(saved, 'choice');
    const isPresent = choice !== null && sameView(choice.of, view.id);
    const turn = placeIn(view, seat).index + 1;
    this.linger(view, isPresent ? choice : null, turn * this.options.probeIntervalMs);
    this.parts.newcomer.start([...view.members.map(({ ring }) => ring), ...this.options.peers]);
  }

  /**
   * The view that followed was chosen before this server came back, and has a former incarnation of it: so it has a place there,
   * and takes part in choosing the view after that one. It has to introduce itself anew.
   */
  private advance(view: View, seat: ServerId): void {
    const { parts, journal } = this;
    const { state } = parts;
    dropExcess(parts, this.own, view);
    parts.links.hangupAll();
    state.self = { ...state.self, was: seat };
    state.history = withStep(state.history, view);
    const { history, vote } = state;
    journal.note({ name: 'place', seat, view, contacts: [], history, vote, isForeign: false });
    this.linger(view, null, this.options.probeIntervalMs);
  }

  /** Keeps the place in a view that is not active, until a ring is found or this view goes on. */
  private linger(view: View, choice: ChoiceFact | null, firstAfterMs: number): void {
    const { state, chooser } = this.parts;
    Object.assign(state, { phase: 'returning', place: placeIn(view, state.seat) });
    chooser.resume(view, choice, firstAfterMs);
  }

  /** Goes on in this view, or towards it if it is active, when it is to be followed. */
  private follow(view: View, link: LinkId, isActive: boolean): boolean {
    const { state, chooser } = this.parts;
    const place = placeOf(view, state.self);
    const isMine = isChild(view, state.view!) && place !== null;
    if (!isMine && !isActive) return false;
    if (isMine || this.isToBeFollowed(view)) this.install(view);
    else if (place !== null && hasGoneApart(view, state.view!)) this.defect(view, place);
    else if (state.phase === 'returning' && isWorthJoining(view, state.view!)) {
      this.parts.newcomer.consider(view, link);
      chooser.hold();
    } else return false;
    return true;
  }

  /** A member that cannot go on in its own view follows one that it would leave to itself otherwise. */
  private isToBeFollowed(view: View): boolean {
    const { state, chooser } = this.parts;
    if (state.phase !== 'member') return false;
    if (supersedes(view, state.view!, state.self.id)) return true;
    return chooser.isStuck && isWorthJoining(view, state.view!) && !isMember(view, state.self.id);
  }

  /** Goes on in the view, with this server or without it. */
  private install(view: View): void {
    const { parts } = this;
    departed(parts, view);
    if (isMember(view, parts.state.self.id)) return this.enter(view);
    const place = placeOf(view, parts.state.self);
    if (place !== null) return this.advance(view, place);
    if (parts.state.leaving) return this.left();
    this.effects.emit({ kind: 'removed', view });
    this.contacts = view.members.map(({ ring }) => ring);
    if (parts.state.place === null) this.renew();
    else this.retire(view);
  }

  private enter(view: View): void {
    enterView(this.parts, this.own, view);
    if (!view.provisional) this.answerAdopters();
  }

  private left(): void {
    this.endIncarnation();
    this.journal.flush(() => this.mark(), true);
    for (const ticket of this.leaveTickets) this.effects.answer(ticket, { kind: 'left' });
    this.leaveTickets = [];
  }

  /** The ring goes on without this server, which keeps its state and its place until the ring takes it in anew. */
  private retire(view: View): void {
    const { state, chooser } = this.parts;
    const { seat, place, catalogue, origins, idempotency, history, vote, ring, isDamaged } = state;
    const { choice } = chooser;
    this.replace({ ...state.self, was: seat });
    const kept = { catalogue, origins, idempotency, history, vote, ring, isDamaged };
    Object.assign(this.parts.state, kept);
    this.linger(place!.view, choice, this.options.suspectAfterMs);
    this.parts.newcomer.start([...this.contacts, ...this.options.peers]);
    this.parts.newcomer.consider(view, NO_LINK);
  }

  /**
   * The members of this view of the lineage agreed on it while this server, one of them, thought that they could not, and went on
   * outside of it. There it has a voice, and no place in the next view, as its records are others. It offers them later.
   */
  private defect(view: View, seat: ServerId): void {
    const { journal } = this;
    this.retire(view);
    const { state } = this.parts;
    const { history, vote } = state;
    Object.assign(state, { self: { ...state.self, was: seat }, isDamaged: true });
    journal.note({ name: 'place', seat, view, contacts: [], history, vote, isForeign: true });
    this.linger(view, null, this.options.probeIntervalMs);
  }

  /** Starts over as a new incarnation without state: the present one can never be a member again. */
  private renew(): void {
    const { self, vote } = this.parts.state;
    this.replace({ ...self, was: 0 });
    this.parts.state.vote = vote;
    this.parts.state.clear();
    this.parts.newcomer.start([...this.contacts, ...this.options.peers]);
  }

  private replace(self: Server): void {
    const { state } = this.parts;
    this.endIncarnation();
    this.parts = this.assemble({ ...self, id: this.options.randomId() }, state);
    this.neighbourhood = new Neighbourhood(this.parts);
  }

  /** A ring that went through these views sends its state: what it cannot have is offered to it later. */
  private surrender(theirs: readonly Step[]): void {
    const { state, chooser } = this.parts;
    this.offers.gather(state, theirs);
    const vote = voteOf(this.parts);
    chooser.withdraw();
    const self = { ...state.self, was: 0 };
    Object.assign(state, { self, vote, place: null, phase: 'joining', sealed: false, isDamaged: false });
  }

  /** This ring has nobody else and nothing in it: it ends, for this server to join the one at that address. */
  private dissolve(address: string): void {
    this.contacts = [address];
    this.renew();
  }

  private met(view: View): void {
    const { state } = this.parts;
    if (state.isEmptyFounder) return this.dissolve(view.members[0]!.ring);
    if (state.now - this.strangerAt < TELL_STRANGER_MS) return;
    this.strangerAt = state.now;
    this.effects.emit({ kind: 'stranger', view });
  }

  /** Chooses a view of the lineage with those who are here. */
  private adopt(ticket: Ticket): void {
    const { state, chooser } = this.parts;
    if (state.phase === 'joining' || state.phase === 'left')
      return this.effects.answer(ticket, { kind: 'not-done', reason: 'not-a-member' });
    this.adoptTickets.push(ticket);
    if (state.phase === 'member' && !state.view!.provisional && !state.sealed) return this.answerAdopters();
    state.adopts = true;
    chooser.insist();
  }

  private answerAdopters(): void {
    for (const ticket of this.adoptTickets.splice(0)) this.effects.answer(ticket, { kind: 'adopted' });
  }

  private endIncarnation(): void {
    const { state, links, reads, uploads } = this.parts;
    uploads.refuseAll('not-a-member');
    state.phase = 'left';
    this.own.abandonSent();
    this.offers.abandon();
    this.journal.forgetActions();
    for (const ticket of this.adoptTickets.splice(0)) this.effects.answer(ticket, { kind: 'unknown' });
    reads.abandon();
    links.hangupAll();
  }

  private mark(): MarkFact {
    const { catalogue, origins } = this.parts.state;
    const { watermark, floor } = catalogue;
    return { name: 'mark', watermark, floor, origins: origins.entries() };
  }
}
