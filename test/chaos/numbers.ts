import type { RingletClient, WatchEvent, Written } from '../../src/client/index.js';

const WRITERS = 16;

/**
 * Numbered objects that clients write, each once, and which have to be there once. Half of the writes are conditional, which
 * tells when one was done twice; of the others, the events and revisions do.
 */
export class Numbers {
  /** Of each number, what was acknowledged. */
  readonly acknowledged = new Map<string, Written>();
  /** Revisions that were told of each number, also those from a listing behind a gap. */
  readonly told = new Map<string, Set<number>>();
  longestMs = 0;
  gaps = 0;
  private next = 0;
  private allowed = 0;
  private wake: (() => void)[] = [];
  private reached: { readonly count: number; readonly resolve: () => void } | null = null;

  constructor(
    private readonly client: RingletClient,
    readonly prefix: string,
    private readonly count: number,
  ) {}

  /** Writers go on until so many are written, and wait there. */
  allow(count: number): void {
    this.allowed = Math.min(count, this.count);
    for (const wake of this.wake.splice(0)) wake();
  }

  /** Resolves when so many are acknowledged. */
  async written(count: number): Promise<void> {
    if (this.acknowledged.size >= count) return;
    await new Promise<void>((resolve) => (this.reached = { count, resolve }));
  }

  /** Writes them all, several at once. */
  async write(): Promise<void> {
    await Promise.all(Array.from({ length: WRITERS }, () => this.work()));
  }

  /** Follows what is written until each number was told. */
  async follow(client: RingletClient): Promise<void> {
    for await (const event of client.watch({ since: 0, prefix: this.prefix, deadlineMs: Infinity })) {
      await this.note(event, client);
      if (this.told.size === this.count) return;
    }
  }

  /** What is wrong with a listing of them. */
  async differences(client: RingletClient): Promise<string[]> {
    const listed = new Map<string, number>();
    for await (const { key, revision } of client.list({ prefix: this.prefix })) listed.set(key, revision);
    const wrong = [...this.acknowledged].filter(([key, { revision }]) => listed.get(key) !== revision);
    const sentences = wrong.map(([key, { revision }]) => `${key} is at ${listed.get(key)}, not ${revision}`);
    return listed.size === this.count
      ? sentences
      : [...sentences, `${listed.size} of ${this.count} are listed`];
  }

  /** What is wrong with the answers and the events: each number has one revision, and was new. */
  repetitions(): string[] {
    const old = [...this.acknowledged]
      .filter(([, { created }]) => !created)
      .map(([key]) => `${key} was there`);
    const often = [...this.told].filter(([key, revisions]) => {
      return revisions.size !== 1 || !revisions.has(this.acknowledged.get(key)!.revision);
    });
    return [...old, ...often.map(([key, revisions]) => `${key} was written at ${[...revisions].join(', ')}`)];
  }

  private async work(): Promise<void> {
    for (let number = this.next++; number < this.count; number = this.next++) {
      while (number >= this.allowed) await new Promise<void>((resolve) => this.wake.push(resolve));
      await this.put(number);
    }
  }

  private async put(number: number): Promise<void> {
    const key = `${this.prefix}${number}`;
    const condition = number % 2 === 0 ? { ifNoneMatch: '*' as const } : {};
    const begun = performance.now();
    this.acknowledged.set(key, await this.client.put(key, String(number), condition));
    this.longestMs = Math.max(this.longestMs, performance.now() - begun);
    if (this.reached !== null && this.acknowledged.size >= this.reached.count) this.reached.resolve();
  }

  private async note(event: WatchEvent, client: RingletClient): Promise<void> {
    if (event.type === 'put') this.tell(event.key, event.revision);
    if (event.type !== 'gap') return;
    this.gaps++;
    for await (const { key, revision } of client.list({ prefix: this.prefix })) this.tell(key, revision);
  }

  private tell(key: string, revision: number): void {
    const revisions = this.told.get(key) ?? new Set();
    this.told.set(key, revisions.add(revision));
  }
}
