import type { Sighting } from '../multicast/index.js';
import { type Rank, ranksBefore } from './rank.js';

/** Who seeks is one of those without a ring, or comes back to it; who leads speaks for the others; who follows leaves it to that one. */
export type Standing = 'seeking' | 'returning' | 'alone' | 'leading' | 'following';

/** Between the first questions of a server that has no ring. */
const ASK_MS = 250;
/** So many of these; then it asks less and less often. */
const QUICK_QUESTIONS = 40;
const MOST_SEEKING_MS = 5_000;
/** Between the first two questions of a server that has one, to find others that were founded at the same time. */
const SETTLED_MS = 500;
const MOST_SETTLED_MS = 15_000;
/** Before it asks because somebody else has appeared. */
const SOON_MS = 30;
/** Between such questions. */
const LEAST_MS = { outside: 100, inside: 1_000 } as const;

/** For so long no ring may be heard of before one is founded … */
export const PATIENCE_MS = 2_000;
/** … and so many questions be unanswered, for time alone proves nothing when this process stood still. */
const PATIENCE_QUESTIONS = 6;
/** A server that ranks higher and founds no ring is waited for so long, as it may never do. */
export const DEFERENCE_MS = 10_000;
/** Who seeks as well and has answered neither lately nor any of the last questions is gone. */
const GONE_MS = 1_500;
const GONE_QUESTIONS = 3;
/** It was late itself if it comes so much later than it was to. */
const LATE_MS = 500;
const MOST_KNOWN = 256;

interface Known {
  readonly rank: Rank;
  readonly state: Sighting['state'];
  readonly heardAt: number;
  /** Questions that had been sent by then. */
  readonly asked: number;
}

/**
 * When a server asks for others, and when it founds a ring because there is none. Of servers that start at the same time the one that ranks
 * highest founds, and the others wait for it: each hears of those that seek as well by their answers. One that comes back to a
 * ring is always waited for. It has no timers and no sockets; time is monotonic, in milliseconds.
 */
export class Search {
  private standing: Standing = 'seeking';
  private dueAt = -Infinity;
  private askedAt = -Infinity;
  private asked = 0;
  /** Questions in the present standing. */
  private asksHere = 0;
  private unanswered = 0;
  private silentSince: number | null = null;
  private readonly known = new Map<number, Known>();

  constructor(
    private readonly self: Omit<Rank, 'id'>,
    /** From 0 to 1, so that servers that start together do not go on together. */
    private readonly random: () => number = Math.random,
  ) {}

  /** Another server has answered. */
  heard({ id, name, priority, state }: Sighting, now: number): void {
    this.known.set(id, { rank: { id, name, priority }, state, heardAt: now, asked: this.asked });
    if (state === 'seeking') return;
    this.unanswered = 0;
    this.silentSince = now;
  }

  /** Somebody else asks. Outside of a ring it is worth a question who that is, unless it is known; inside, when it is of another ring. */
  stir(id: number, isStranger: boolean, now: number): void {
    const isOutside = this.isOutside;
    const known = this.known.get(id);
    // That it is still there is all that is believed of a question, which may be an old one.
    if (known !== undefined) this.known.set(id, { ...known, heardAt: now, asked: this.asked });
    if (isOutside ? known !== undefined : !isStranger) return;
    const soonest = this.askedAt + (isOutside ? LEAST_MS.outside : LEAST_MS.inside);
    this.dueAt = Math.min(this.dueAt, Math.max(now + this.jittered(SOON_MS), soonest));
  }

  /** What to do now; to be asked often. `id`: this server's present incarnation. */
  next(standing: Standing, id: number, now: number): 'ask' | 'found' | null {
    this.silentSince ??= now;
    if (standing !== this.standing) this.change(standing, now);
    if (now < this.dueAt) return null;
    const isLate = now - this.dueAt > LATE_MS;
    if (standing === 'seeking' && !isLate && this.isAlone(id, now)) {
      this.unanswered = 0;
      this.silentSince = now;
      return 'found';
    }
    this.ask(now);
    return 'ask';
  }

  private change(standing: Standing, now: number): void {
    this.standing = standing;
    this.asksHere = 0;
    this.unanswered = 0;
    this.silentSince = now;
    this.dueAt = now + this.jittered(SOON_MS);
  }

  private ask(now: number): void {
    this.forget(now);
    this.dueAt = now + this.jittered(this.intervalMs());
    this.askedAt = now;
    this.asked++;
    this.asksHere++;
    this.unanswered++;
  }

  private intervalMs(): number {
    if (this.standing === 'following') return Infinity;
    if (!this.isOutside) return Math.min(SETTLED_MS * 2 ** this.asksHere, MOST_SETTLED_MS);
    const doublings = Math.max(0, Math.floor((this.asksHere - QUICK_QUESTIONS) / 8));
    return Math.min(ASK_MS * 2 ** doublings, MOST_SEEKING_MS);
  }

  /** No ring has answered, and nobody is there to whom its founding would have to be left. */
  private isAlone(id: number, now: number): boolean {
    const silentMs = now - (this.silentSince ?? now);
    if (silentMs < PATIENCE_MS || this.unanswered < PATIENCE_QUESTIONS) return false;
    const own = { ...this.self, id };
    const isDeferring = [...this.known.values()].some(
      (one) => one.state === 'seeking' && !this.isGone(one, now) && ranksBefore(one.rank, own),
    );
    return !isDeferring || silentMs >= DEFERENCE_MS;
  }

  private isGone({ heardAt, asked }: Known, now: number): boolean {
    return now - heardAt > GONE_MS && this.asked - asked >= GONE_QUESTIONS;
  }

  private forget(now: number): void {
    for (const [id, one] of this.known)
      if (this.isGone(one, now) || this.known.size > MOST_KNOWN) this.known.delete(id);
  }

  private get isOutside(): boolean {
    return this.standing === 'seeking' || this.standing === 'returning';
  }

  private jittered(ms: number): number {
    return ms * (0.75 + this.random() / 2);
  }
}
