import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { type RingletClient, RingletError, type WatchEvent, type WatchOptions } from '../../client/index.js';
import { toldBy } from '../explain.js';
import type { Answer, Input } from './input.js';
import type { Report } from './report.js';

/** A server that has not answered in this time has missed its heartbeat. */
const ANSWER_MS = 1000;
/** How long any server at all is looked for before it is said that there is none. */
const LOOK_MS = 2000;
const PAUSE_MS = 1000;

/** What the feed needs of a client. */
export type Ring = Pick<RingletClient, 'watch' | 'ring'>;

/** Which servers to ask: the URLs of those that are known. */
export type Known = () => readonly string[];

/** Brings in what servers tell: their events as they come, and once in an interval what each says of itself and of the ring. */
export class Feed {
  private puts = 0;
  private deletes = 0;
  private countedAt = performance.now();
  /** Ends the pause between two rounds. */
  private wake: () => void = () => undefined;
  private lastId: number | undefined;

  constructor(
    private readonly ring: Ring,
    private readonly intervalMs: number,
    private readonly known: Known,
    private readonly take: (input: Input) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** Until the signal ends it. Rejects when it is useless to go on, as without the right token. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    // As many calls at once as there are servers listen to it.
    setMaxListeners(0, both);
    const parts = [this.askAll(both), this.watchAll(both)];
    try {
      await Promise.all(parts);
    } finally {
      stop.abort();
      await Promise.allSettled(parts);
    }
  }

  private async watchAll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.watchOnce(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isLasting(error)) throw error;
      }
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async watchOnce(signal: AbortSignal): Promise<void> {
    const onServer = (url: string): void => this.take({ kind: 'watching', at: this.now(), url });
    const since = this.lastId === undefined ? {} : { since: this.lastId };
    const options: WatchOptions = {
      ...since,
      signal,
      deadlineMs: Infinity,
      onServer,
    };
    for await (const event of this.ring.watch(options)) {
      this.lastId = event.id;
      this.heed(event);
    }
  }

  private heed(event: WatchEvent): void {
    if (event.type === 'put') this.puts++;
    else if (event.type === 'delete') this.deletes++;
    else if (event.type !== 'heartbeat') {
      this.take({ kind: 'event', at: this.now(), event });
      if (isOfMembers(event)) this.wake();
    }
  }

  private async askAll(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.wake());
    while (!signal.aborted) {
      const begun = performance.now();
      const asked = this.known().length;
      const { answers, why } = await this.round(signal);
      if (signal.aborted) return;
      this.tellWrites();
      this.take({ kind: 'round', at: this.now(), answers, why });
      // Who was not known before has not been asked yet.
      const hasMore = this.known().length > asked;
      if (!hasMore) await this.pause(Math.max(0, this.intervalMs - (performance.now() - begun)));
    }
  }

  private async round(signal: AbortSignal): Promise<{ answers: readonly Answer[]; why: string }> {
    const answers = await Promise.all(this.known().map((url) => this.ask(url, signal)));
    if (answers.some(({ report }) => report !== null)) return { answers, why: '' };
    return this.look(signal);
  }

  private async ask(url: string, signal: AbortSignal): Promise<Answer> {
    try {
      const report: Report = await this.ring.ring({ server: url, deadlineMs: ANSWER_MS, signal });
      return { url, report };
    } catch {
      return { url, report: null };
    }
  }

  /** Whichever server the client finds. */
  private async look(signal: AbortSignal): Promise<{ answers: readonly Answer[]; why: string }> {
    try {
      const report: Report = await this.ring.ring({ deadlineMs: LOOK_MS, signal });
      return { answers: [{ url: '', report }], why: '' };
    } catch (error) {
      if (signal.aborted) return { answers: [], why: '' };
      if (isLasting(error)) throw error;
      return { answers: [], why: whyOf(error) };
    }
  }

  private tellWrites(): void {
    const now = performance.now();
    const { puts, deletes } = this;
    this.take({ kind: 'writes', at: this.now(), puts, deletes, seconds: (now - this.countedAt) / 1000 });
    Object.assign(this, { puts: 0, deletes: 0, countedAt: now });
  }

  /** Less when something happens to the members: what they say of it is asked for at once. */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function isOfMembers({ type }: WatchEvent): boolean {
  return type === 'joined' || type === 'left' || type === 'promoted' || type === 'suspected';
}

/** Asking again does not change it. */
function isLasting(error: unknown): boolean {
  return !(error instanceof RingletError) || !error.retryable;
}

/** What each server has said last. */
function whyOf(error: unknown): string {
  const { attempts, message } = error as RingletError;
  return toldBy(attempts).join('; ') || message;
}
