/** Does what is to be done for a key; resolves to the milliseconds after which to do it again, or null. Never rejects. */
type Work = (key: string) => Promise<number | null>;

/**
 * Keys that are to be looked at, now or later: each by one at a time, and so many at once. There are never more than there are files, and
 * names that were heard of.
 */
export class Agenda {
  /** Monotonic ms. */
  private readonly later = new Map<string, number>();
  private readonly urgent = new Line();
  private readonly ready = new Line();
  private readonly busy = new Set<string>();
  /** Keys that are being worked on, and are to be looked at once more. */
  private readonly again = new Set<string>();
  private isClosed = false;

  constructor(
    private readonly work: Work,
    private readonly mostAtOnce: number,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** What is left to be done, also what has to wait. */
  get size(): number {
    return this.later.size + this.urgent.size + this.ready.size + this.busy.size;
  }

  has(key: string): boolean {
    return [this.later, this.urgent, this.ready, this.busy].some((keys) => keys.has(key));
  }

  add(key: string, delayMs = 0): void {
    if (this.isClosed) return;
    if (delayMs > 0) return void this.later.set(key, this.clock() + delayMs);
    this.later.delete(key);
    if (!this.urgent.has(key)) this.enqueue(key, this.ready);
  }

  /** Somebody waits for it: it comes before the others. */
  hasten(key: string): void {
    if (this.isClosed) return;
    this.later.delete(key);
    this.ready.delete(key);
    this.enqueue(key, this.urgent);
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
    this.again.clear();
    this.urgent.clear();
    this.ready.clear();
  }

  private enqueue(key: string, line: Line): void {
    if (this.busy.has(key)) return void this.again.add(key);
    line.add(key);
    this.pump();
  }

  private pump(): void {
    while (this.busy.size < this.mostAtOnce) {
      const key = this.urgent.take() ?? this.ready.take();
      if (key === undefined) return;
      this.busy.add(key);
      void this.work(key).then((againMs) => this.done(key, againMs));
    }
  }

  private done(key: string, againMs: number | null): void {
    this.busy.delete(key);
    if (this.again.delete(key)) this.add(key);
    else if (againMs !== null && !this.later.has(key)) this.add(key, againMs);
    this.pump();
  }
}

/** Keys in the order in which they came, each once. */
class Line {
  private readonly keys = new Set<string>();
  /** It goes on where it was: a new one would pass over all that was taken, each time. */
  private cursor = this.keys.values();

  get size(): number {
    return this.keys.size;
  }

  has(key: string): boolean {
    return this.keys.has(key);
  }

  add(key: string): void {
    this.keys.add(key);
  }

  delete(key: string): void {
    this.keys.delete(key);
  }

  clear(): void {
    this.keys.clear();
  }

  take(): string | undefined {
    if (this.keys.size === 0) return undefined;
    let key = this.cursor.next().value;
    if (key === undefined) {
      this.cursor = this.keys.values();
      key = this.cursor.next().value!;
    }
    this.keys.delete(key);
    return key;
  }
}
