import type { Effects } from './effects.js';
import { ALL_REPLICAS, IN_DIRECTORY, versionOf, type LogRecord } from './record.js';
import { stores } from './server.js';
import type { State } from './state.js';
import { hasLastBodies, type View } from './view.js';

/** Objects that are looked at in one tick. */
const LOOKED_AT = 10_000;
/** How often people are told how many are left. */
const TELL_MS = 2_000;
/** Keys of objects that could not be handed on which are told. */
const KEYS_TOLD = 10;

/**
 * What this server alone keeps of the members that stay: before it leaves, the primary names others as holders, and they fetch it.
 * That is over once those have it, as the heartbeats tell. Whoever tells last that it leaves is answerable for what only leavers keep,
 * so it looks only once it is known to leave, and knows who else does.
 */
export class HandingOn {
  /** Of objects whose body may be nowhere else, key to version. */
  private readonly waiting = new Map<string, number>();
  private hand: Iterator<LogRecord> | null = null;
  /** The last revision that was looked at. */
  private seen = 0;
  /** Names of the members that keep bodies and stay, and of those of them that the primary may give more. */
  private staying: ReadonlySet<string> = new Set();
  private heirs: ReadonlySet<string> = new Set();
  private toldAt = -Infinity;
  private knownIn: View | null = null;
  /** What the primary numbered before it knew that this server leaves, this one was sent before it knew that; later it is given nothing to keep. */
  private knownTo = 0;
  /** What everyone is to keep counts as well: nobody else does. */
  private countsAll = false;

  constructor(
    private readonly state: State,
    private readonly effects: Effects,
  ) {}

  /**
   * Looks on; true when there is nothing, or nobody, to wait for, or no more time. It may be false again later: what this server has sent is numbered, or
   * it is in another view, whose primary may not know yet that it leaves.
   */
  isDone(): boolean {
    const { catalogue, place, view, leavers, self, now, handOnBy } = this.state;
    if (now >= (handOnBy ?? Infinity)) return true;
    // What is not committed yet names its holders as well.
    if (place!.isAlone || (catalogue.limited === 0 && catalogue.copies.size === 0)) return true;
    if (!leavers.has(self.id)) return false;
    if (this.knownIn !== view) Object.assign(this, { knownIn: view, knownTo: catalogue.last });
    this.noteHeirs();
    const isAtEnd = this.look();
    this.settle();
    this.tell();
    if (!isAtEnd || catalogue.watermark < this.knownTo) return false;
    return this.waiting.size === 0 || this.staying.size === 0;
  }

  /** It goes now, whatever is left. */
  end(): void {
    const { waiting } = this;
    const { catalogue, phase, place } = this.state;
    if (phase !== 'member' || place!.isAlone) return;
    if (hasLastBodies(place!.view, place!.index))
      Object.assign(this, { countsAll: true, hand: null, seen: 0 });
    else if (catalogue.limited === 0) return;
    this.noteHeirs();
    while (!this.look());
    this.settle();
    if (waiting.size === 0 && this.toldAt === -Infinity) return;
    const keys = [...waiting.keys()].slice(0, KEYS_TOLD);
    this.effects.emit({ kind: 'handed-on', left: waiting.size, keys });
  }

  /** Nothing is placed anew outside of the lineage. */
  private noteHeirs(): void {
    const { view, leavers, self } = this.state;
    const members = view!.provisional ? [] : view!.members;
    const staying = members.filter(
      (member) => stores(member) && member.id !== self.id && !leavers.has(member.id),
    );
    this.staying = new Set(staying.map(({ name }) => name));
    this.heirs = new Set(staying.filter(({ full }) => full).map(({ name }) => name));
  }

  /** False when there is more. */
  private look(): boolean {
    this.hand ??= this.state.catalogue.records(this.seen);
    for (let looks = 0; looks < LOOKED_AT; looks++) {
      const { value, done } = this.hand.next();
      if (done === true) {
        this.hand = null;
        return true;
      }
      this.seen = value.revision;
      if (this.isNeededHere(value)) this.waiting.set(value.key, versionOf(value));
    }
    return false;
  }

  /** Others are still to be named, or are named and may not have it yet. What is here by chance and nobody keeps, nobody takes over. */
  private isNeededHere({ kind, replicas, holders, body, revision }: LogRecord): boolean {
    if (kind !== 'put' || body === null) return false;
    // Files stay where they are.
    if (replicas === IN_DIRECTORY) return false;
    if (replicas === ALL_REPLICAS || holders.length === 0) return this.countsAll;
    const { keptTo, self } = this.state;
    if (revision <= keptTo && holders.some((name) => this.heirs.has(name))) return false;
    return holders.includes(self.name) || holders.some((name) => this.staying.has(name));
  }

  /** Those that still wait come last the next time. */
  private settle(): void {
    const { waiting } = this;
    let left = Math.min(waiting.size, LOOKED_AT);
    for (const [key, version] of waiting) {
      if (left-- === 0) return;
      waiting.delete(key);
      const record = this.state.catalogue.version(key, version);
      if (record !== undefined && this.isNeededHere(record)) waiting.set(key, version);
    }
  }

  private tell(): void {
    const { now } = this.state;
    if (this.waiting.size === 0 || now - this.toldAt < TELL_MS) return;
    this.toldAt = now;
    this.effects.emit({ kind: 'handing-on', left: this.waiting.size });
  }
}
