import { holdersAfter, holdersOfNew, type Candidate, type Situation } from './placement.js';
import { EVERYONE, IN_DIRECTORY, isHolder, type LogRecord } from './record.js';
import { stores, type ServerId } from './server.js';
import type { State } from './state.js';
import { nameOf } from './view.js';

/** Silences after which others take the place of a holder that is gone. */
const PATIENCE = 4;
/** Objects that are looked at in one tick, and that are placed anew. */
const LOOKED_AT = 2000;
const PLACED_AT_ONCE = 32;
/** So many times that while somebody waits for it to leave. */
const HASTE = 8;

/** A version, and who is to keep it from now on; nobody: a file whose servers are all gone. */
export interface Move {
  readonly version: LogRecord;
  readonly holders: readonly string[];
}

/**
 * At the primary: who keeps what. How much each keeps follows from the records, which every server knows. The objects are
 * looked through when a view begins, and again as long as one of them has fewer copies than it is to have.
 */
export class Placing {
  /** Monotonic ms since when somebody who is to keep something is not in the view. */
  private readonly absentSince = new Map<string, number>();
  private hand: Iterator<LogRecord> | null = null;
  private end = 0;
  private dueAt = Infinity;
  /** Something that was met in this round is not as it is to be. */
  private isOpen = false;
  private lastPlaced = 0;
  /** All members, those that keep bodies, and those that wish to leave, by their names. */
  private names: ReadonlySet<string> = new Set();
  private storing: ReadonlySet<string> = new Set();
  private leaving: ReadonlySet<string> = new Set();

  constructor(private readonly state: State) {}

  installed(): void {
    const { view, now } = this.state;
    this.names = new Set(view!.members.map(({ name }) => name));
    this.storing = new Set(view!.members.filter(stores).map(({ name }) => name));
    this.leaving = new Set();
    for (const name of this.storing) this.absentSince.delete(name);
    this.hand = null;
    this.lastPlaced = 0;
    this.dueAt = now;
  }

  /** Who keeps an object that is numbered now. What comes to be outside the lineage is to be offered, so everyone keeps it there. */
  choose(origin: ServerId, replicas: number): readonly string[] {
    const view = this.state.view!;
    if (view.provisional) return EVERYONE;
    // It may have learned only just now who leaves, and they go by that.
    this.noteLeavers();
    return holdersOfNew(replicas, nameOf(view, origin), this.candidates());
  }

  /** What is to be placed anew, a bit at a time. */
  *due(): Generator<Move> {
    this.noteLeavers();
    if (!this.mayLook()) return;
    const candidates = this.candidates();
    const pace = this.leaving.size > 0 ? HASTE : 1;
    let placed = 0;
    for (let looks = 0; looks < pace * LOOKED_AT && placed < pace * PLACED_AT_ONCE; looks++) {
      const version = this.next();
      if (version === null) return;
      const holders = this.judge(version, candidates);
      if (holders === null) continue;
      if (version.replicas !== IN_DIRECTORY) placed++;
      this.lastPlaced = this.state.catalogue.last + 1;
      yield { version, holders };
      this.weigh(candidates, version, holders);
    }
  }

  /** What only they keep is placed anew from the start. */
  private noteLeavers(): void {
    const { view, leavers, now } = this.state;
    const leaving = view!.members.filter(({ id }) => leavers.has(id)).map(({ name }) => name);
    if (leaving.length === this.leaving.size && leaving.every((name) => this.leaving.has(name))) return;
    this.leaving = new Set(leaving);
    this.hand = null;
    this.dueAt = now;
  }

  private mayLook(): boolean {
    const { catalogue, now, view } = this.state;
    if (catalogue.limited === 0 || view!.provisional) return false;
    if (this.hand !== null) return true;
    // A round meets what is committed: so that is to be all that the view began with, and that the last round has changed.
    return now >= this.dueAt && catalogue.watermark >= Math.max(view!.start, this.lastPlaced);
  }

  private next(): LogRecord | null {
    const { catalogue, now, options } = this.state;
    if (this.hand === null) {
      this.hand = catalogue.records();
      this.end = catalogue.newestCommitted;
      this.isOpen = false;
    }
    const { value, done } = this.hand.next();
    if (done !== true && value.revision <= this.end) return value;
    this.hand = null;
    this.dueAt = this.isOpen ? now + options.suspectAfterMs : Infinity;
    return null;
  }

  /** null: it is kept as it is to be, or nothing can be done about it now. */
  private judge(version: LogRecord, candidates: readonly Candidate[]): readonly string[] | null {
    const { kind, key, replicas, holders } = version;
    if (kind !== 'put' || replicas === 0) return null;
    if (replicas === IN_DIRECTORY) return this.sharersOf(version);
    const isAsWished = this.areHere(holders) && holders.some((name) => this.isStaying(name));
    if (holders.length === replicas && isAsWished) return null;
    this.isOpen ||= holders.length !== Math.min(replicas, this.storing.size) || !isAsWished;
    if (this.state.catalogue.isDirty(key)) return null;
    return holdersAfter(version, this.situation(version, candidates));
  }

  /** Who goes away takes its files along; null: all are here. */
  private sharersOf({ key, holders }: LogRecord): readonly string[] | null {
    const areHere = holders.every((name) => this.names.has(name));
    if (areHere || this.state.catalogue.isDirty(key)) return null;
    return holders.filter((name) => this.names.has(name));
  }

  private areHere(holders: readonly string[]): boolean {
    return holders.every((name) => this.storing.has(name));
  }

  private isStaying(name: string): boolean {
    return this.storing.has(name) && !this.leaving.has(name);
  }

  private situation({ body }: LogRecord, candidates: readonly Candidate[]): Situation {
    return {
      candidates,
      isPresent: (holder) => this.names.has(holder),
      isStaying: (holder) => this.isStaying(holder),
      isLost: (holder) => this.isLost(holder),
      isHere: body !== null,
      self: this.state.self.name,
    };
  }

  private isLost(name: string): boolean {
    if (this.storing.has(name)) return false;
    const { now, options } = this.state;
    const since = this.absentSince.get(name);
    if (since === undefined) this.absentSince.set(name, now);
    return now - (since ?? now) >= PATIENCE * options.suspectAfterMs;
  }

  private candidates(): Candidate[] {
    const { view, catalogue } = this.state;
    const candidates = view!.members.filter(({ name, full }) => full && this.isStaying(name));
    return candidates.map(({ name, capacity }) => ({
      name,
      capacity,
      bytes: catalogue.loads.get(name) ?? 0,
    }));
  }

  /** What was placed in this tick counts for what is placed next. */
  private weigh(candidates: Candidate[], { size }: LogRecord, holders: readonly string[]): void {
    for (const [index, candidate] of candidates.entries())
      if (isHolder({ holders }, candidate.name))
        candidates[index] = { ...candidate, bytes: candidate.bytes + size };
  }
}
