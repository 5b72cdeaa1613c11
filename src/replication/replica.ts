import { Effects } from './effects.js';
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
import { OwnWrites } from './own-writes.js';
import { assemble, type Parts } from './parts.js';
import { Readout } from './readout.js';
import { weightOf, type LogRecord, type Operation } from './record.js';
import { receive } from './receive.js';
import type { Server } from './server.js';
import { State } from './state.js';
import { departed, enterView, foundingView } from './transition.js';
import { isMember, type View } from './view.js';

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
  private readonly own: OwnWrites;
  private parts: Parts;
  private neighbourhood: Neighbourhood;
  /** Members of the last view that this server heard of, to ask them when it has to join again. */
  private contacts: readonly string[] = [];
  private leaveTickets: Ticket[] = [];
  private leaveBy = 0;

  constructor(
    private readonly options: ReplicaOptions,
    clock: Clock,
  ) {
    this.own = new OwnWrites(options.waitingLimit, (ticket, outcome) => this.effects.answer(ticket, outcome));
    this.parts = this.assemble(options.self, clock);
    this.neighbourhood = new Neighbourhood(this.parts);
    if (options.peers.length === 0) this.install(foundingView(options.self, options.randomId()));
    else this.parts.newcomer.start(options.peers);
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
    this.parts.chain.flush();
    this.parts.streams.flush();
    this.parts.reads.flush();
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
    return new Readout(state.catalogue, () => this.parts.state === state && state.phase === 'member');
  }

  status(clock: Clock): Status {
    this.observe(clock);
    const { state, beats, chooser, memory, streams } = this.parts;
    const { phase, self, view, catalogue, place, sealed } = state;
    return {
      phase,
      self,
      view,
      watermark: catalogue.watermark,
      full: place?.view.members[place.index]!.full ?? false,
      hasLease: beats.mayRead(),
      choosing: sealed,
      suspected: [...chooser.courier.unreachable.keys()],
      objects: catalogue.objects,
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
    const state = new State(this.options, self, this.effects, clock);
    return assemble(state, this.own, {
      install: (view) => this.install(view),
      renew: () => this.renew(),
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
    const rewired = receive(parts, link, messages, (view) => this.install(view));
    if (rewired) this.neighbourhood.connect();
  }

  private tick(): void {
    const { parts, own } = this;
    const { state } = parts;
    this.excuse();
    const reason = state.sealed ? 'no-quorum' : 'timeout';
    own.expire(state.now, reason);
    parts.uploads.tick(reason);
    parts.reads.tick();
    if (state.phase === 'joining') {
      parts.newcomer.tick();
      parts.chooser.courier.tick();
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

  /** Goes on in the view, with this server or without it. */
  private install(view: View): void {
    const { parts } = this;
    departed(parts, view);
    if (isMember(view, parts.state.self.id)) return enterView(parts, this.own, view);
    if (parts.state.leaving) return this.left();
    this.effects.emit({ kind: 'removed', view });
    this.contacts = view.members.map(({ ring }) => ring);
    this.renew();
  }

  private left(): void {
    this.endIncarnation();
    for (const ticket of this.leaveTickets) this.effects.answer(ticket, { kind: 'left' });
    this.leaveTickets = [];
  }

  /** Starts over as a new incarnation without state: the present one can never be a member again. */
  private renew(): void {
    const { state } = this.parts;
    this.endIncarnation();
    const self = { ...state.self, id: this.options.randomId() };
    this.parts = this.assemble(self, state);
    this.neighbourhood = new Neighbourhood(this.parts);
    this.parts.newcomer.start([...this.contacts, ...this.options.peers]);
  }

  private endIncarnation(): void {
    const { state, links, reads, uploads } = this.parts;
    uploads.refuseAll('not-a-member');
    state.phase = 'left';
    this.own.abandonSent();
    reads.abandon();
    links.hangupAll();
  }
}
