import type { Effects } from './effects.js';
import { withStep } from './history.js';
import type { Clock, LinkId, ReplicaOptions } from './interface.js';
import type { Journal } from './journal.js';
import { Neighbourhood } from './neighbourhood.js';
import type { Offers } from './offers.js';
import type { OwnWrites } from './own-writes.js';
import { assemble, type Parts } from './parts.js';
import type { ReceiveHost } from './receive.js';
import { factOf, restore } from './restore.js';
import type { ChoiceFact, PlaceFact, Saved, Step } from './saved.js';
import type { Server, ServerId } from './server.js';
import { placeIn, State } from './state.js';
import { departed, dropExcess, enterView, foundingView } from './transition.js';
import {
  hasGoneApart,
  isChild,
  isMember,
  isWorthJoining,
  placeOf,
  sameView,
  supersedes,
  type View,
} from './view.js';
import { voteOf } from './vote.js';

/** How often people are told that another ring is about. */
const TELL_STRANGER_MS = 60_000;
/** No link has this number. */
const NO_LINK = 0;

/**
 * The incarnations that a server goes through, one after the other, and what each takes from the one before: how it begins, with
 * what is on its disk or without; how it goes from view to view; and what it does when a ring goes on without it.
 */
export class Incarnations implements ReceiveHost {
  /** Of the present one. */
  parts: Parts;
  neighbourhood: Neighbourhood;
  /** Members of the last view that this server heard of, to ask them when it has to join again. */
  private contacts: readonly string[] = [];
  /** Monotonic ms at which people were last told of another ring. */
  private strangerAt = -Infinity;
  /** This server has no ring to come back to. */
  private mayFound = false;

  constructor(
    private readonly options: ReplicaOptions,
    private readonly effects: Effects,
    private readonly journal: Journal,
    private readonly own: OwnWrites,
    private readonly offers: Offers,
    clock: Clock,
    /** The ring goes on without this server, as it wished. */
    private readonly onLeft: () => void,
  ) {
    this.parts = this.assemble(options.self, clock);
    this.neighbourhood = new Neighbourhood(this.parts);
  }

  /** Finds its way into a ring: with what is on its disk, by the members that it knows, or by founding one. */
  begin(saved: Saved | null): void {
    const { peers, seeks = false } = this.options;
    const place = saved && factOf(saved, 'place');
    if (saved && place?.view) return this.comeBack(saved, place, place.view);
    const { state, newcomer } = this.parts;
    const contacts = [...(place?.contacts ?? []), ...peers];
    if (contacts.length === 0 && !seeks) return this.establish();
    this.mayFound = !place;
    state.vote = place?.vote ?? null;
    // Without a view, what is on the disk is part of a state that never was whole.
    newcomer.inherit(saved?.records ?? []);
    newcomer.start(contacts);
  }

  /** Nobody was sighted. */
  found(): void {
    const { state, newcomer } = this.parts;
    if (this.mayFound && state.phase === 'joining' && newcomer.isIdle) this.establish();
  }

  /**
   * A server of a ring with the same name was found. Who has no ring, or looks for its own, asks there. Of two rings the one that was never written to
   * goes into the other, member by member; of two such, the one with the higher id.
   */
  sighted(address: string, ring: number, isEmpty: boolean): void {
    const { state, newcomer } = this.parts;
    const { phase, view, mayMove } = state;
    if (address === state.self.ring) return;
    if (phase === 'joining' || phase === 'returning') return newcomer.learn(address);
    if (!mayMove || ring === 0 || ring === view!.ring) return;
    if (!isEmpty || ring < view!.ring) this.dissolve(address);
  }

  private establish(): void {
    const { state } = this.parts;
    state.clear();
    this.install(foundingView(state.self, this.options.randomId()));
  }

  /** With the state of a view of which nobody knows what has become of it. */
  private comeBack(saved: Saved, place: PlaceFact, view: View): void {
    const { state } = this.parts;
    const { seat, history, vote } = place;
    const isDamaged = place.isDamaged || saved.damaged.length > 0;
    Object.assign(state, { self: { ...state.self, was: seat }, history, vote, ring: view.ring, isDamaged });
    restore(state, saved);
    // What is damaged is named only once.
    if (isDamaged) this.journal.note(state.placeFact(view));
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
    journal.note(state.placeFact(view));
    this.linger(view, null, this.options.probeIntervalMs);
  }

  /** Keeps the place in a view that is not active, until a ring is found or this view goes on. */
  private linger(view: View, choice: ChoiceFact | null, firstAfterMs: number): void {
    const { state, chooser } = this.parts;
    Object.assign(state, { phase: 'returning', place: placeIn(view, state.seat) });
    chooser.resume(view, choice, firstAfterMs);
  }

  /** Goes on in this view, or towards it if it is active, when it is to be followed. */
  follow(view: View, link: LinkId, isActive: boolean): boolean {
    const { state, chooser } = this.parts;
    const place = placeOf(view, state.self);
    // Who may have decided on the lineage already goes nowhere else with a voice there.
    const isBound = view.provisional && chooser.isBound;
    const isMine = isChild(view, state.view!) && place !== null && !isBound;
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
  install(view: View): void {
    const { parts } = this;
    departed(parts, view);
    if (isMember(view, parts.state.self.id)) return enterView(parts, this.own, view);
    const place = placeOf(view, parts.state.self);
    if (place !== null) return this.advance(view, place);
    if (parts.state.leaving) return this.onLeft();
    this.effects.emit({ kind: 'removed', view });
    this.contacts = view.members.map(({ ring }) => ring);
    if (parts.state.place === null) this.renew();
    else this.retire(view);
  }

  /** The ring goes on without this server, which keeps its state and its place until the ring takes it in anew. */
  private retire(view: View): void {
    const { state, chooser } = this.parts;
    const { seat, place, catalogue, origins, idempotency, history, vote, ring, isDamaged } = state;
    const { choice } = chooser;
    this.mayFound = false;
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
    Object.assign(state, { self: { ...state.self, was: seat }, isDamaged: true });
    journal.note(state.placeFact(view));
    this.linger(view, null, this.options.probeIntervalMs);
  }

  /** Starts over as a new incarnation without state: the present one can never be a member again. */
  private renew(): void {
    const { state, newcomer } = this.parts;
    const former = newcomer.setAside();
    this.replace({ ...state.self, was: 0 });
    this.parts.state.vote = state.vote;
    this.parts.newcomer.inherit(former);
    this.parts.newcomer.start([...this.contacts, ...newcomer.addresses, ...this.options.peers]);
  }

  private replace(self: Server): void {
    const { state } = this.parts;
    this.end();
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

  /** This ring has nothing in it: this server gives its place there up, to join the one at that address. */
  private dissolve(address: string): void {
    this.contacts = [address];
    this.renew();
  }

  met(view: View): void {
    const { state } = this.parts;
    if (state.isEmptyFounder) return this.dissolve(view.members[0]!.ring);
    if (state.now - this.strangerAt < TELL_STRANGER_MS) return;
    this.strangerAt = state.now;
    this.effects.emit({ kind: 'stranger', view });
  }

  /** What is under way ends with the incarnation. */
  end(): void {
    const { state, links, reads, fetches, uploads, streams } = this.parts;
    uploads.refuseAll('not-a-member');
    streams.abandon();
    state.phase = 'left';
    this.own.abandonSent();
    this.offers.abandon();
    this.journal.forgetActions();
    reads.abandon();
    fetches.abandon();
    links.hangupAll();
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
}
