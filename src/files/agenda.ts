/** Does what is to be done for a key; resolves to the milliseconds after which to do it again, or null. Never rejects. */
type Work = (key: string) => Promise<number | null>;

/**
 * Keys that are to be looked at, now or later: each by one at a time, and so many at once. There are never more than there are files, and
 * names that were heard of.
 */
export class Agenda {
  /** Monotonic ms. */
  private readonly later = new Map<string, number>();
  private readonly ready = new Set<string>();
  private readonly busy = new Set<string>();
  private isClosed = false;

  constructor(
    private readonly work: Work,
    private readonly mostAtOnce: number,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** What is left to be done, also what has to wait. */
  get size(): number {
    return this.later.size + this.ready.size + this.busy.size;
  }

  add(key: string, delayMs = 0): void {
    if (this.isClosed) return;
    if (delayMs > 0) return void this.later.set(key, this.clock() + delayMs);
    this.later.delete(key);
    this.ready.add(key);
    this.pump();
  }

  /** To be called now and then: what had to wait may be due. */
  tick(): void {
    const now = this.clock();
    for (const [key, dueAt] of this.later) if (dueAt <= now) this.add(key);
  }

  /** Nothing begins any more. */
  close(): void {
    this.isClosed = true;
    this.later.clear();
    this.ready.clear();
  }

  private pump(): void {
    for (const key of this.ready) {
      if (this.busy.size >= this.mostAtOnce) return;
      if (this.busy.has(key)) continue;
      this.ready.delete(key);
      this.busy.add(key);
      void this.work(key).then((againMs) => this.done(key, againMs));
    }
  }

  private done(key: string, againMs: number | null): void {
    this.busy.delete(key);
    if (againMs !== null && !this.ready.has(key) && !this.later.has(key)) this.add(key, againMs);
    this.pump();
  }
}
