import type { Verdict } from './verdict.js';

/** One request as its client timed it; milliseconds on the monotonic clock. */
export interface Timed {
  readonly server: string;
  readonly what: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly verdict: Verdict;
}

const LONG_MS = 10;

/** Every request of a round: how many ended in which way, which took long, and which were answered as none should be. */
export class Tally {
  readonly counts = new Map<string, number>();
  readonly long: Timed[] = [];
  readonly wrong: string[] = [];
  total = 0;

  add(timed: Timed): void {
    const { verdict, server, what, startedAt, endedAt } = timed;
    const kind = verdict.kind === 'done' ? 'done' : `${verdict.kind} (${verdict.why})`;
    this.total += 1;
    if (verdict.kind === 'wrong') this.wrong.push(`${server}, ${what}: ${verdict.why}`);
    else this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    if (endedAt - startedAt > LONG_MS) this.long.push(timed);
  }

  /** The longest time that a request at one of these servers hung after `since`. */
  longestAfter(since: number, servers: ReadonlySet<string>): number {
    const hung = this.long
      .filter(({ server, endedAt }) => servers.has(server) && endedAt > since)
      .map(({ startedAt, endedAt }) => endedAt - Math.max(startedAt, since));
    return Math.max(0, ...hung);
  }

  describe(): string {
    return [...this.counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
  }
}
