import { RingletError } from './error.js';
import type { CallOptions } from './options.js';

/** The longest time that a timer takes. */
const MOST_MS = 2 ** 31 - 1;

/** What a client has under way. It ends with the client. */
export class Life {
  private readonly spans = new Set<Span>();
  private over: { readonly reason: unknown } | null = null;

  constructor(private readonly defaultMs: number) {}

  /** @throws the reason why the client or the signal has ended */
  begin({ signal, deadlineMs = this.defaultMs }: CallOptions = {}): Span {
    if (this.over !== null) throw this.over.reason;
    signal?.throwIfAborted();
    if (!(deadlineMs > 0))
      throw new RingletError('usage', 'bad_option', 'deadlineMs is a number of milliseconds above 0.');
    const span = new Span(deadlineMs, signal, () => this.spans.delete(span));
    this.spans.add(span);
    return span;
  }

  end(reason: unknown): void {
    this.over ??= { reason };
    for (const span of this.spans) span.abort(reason);
  }
}

/** The time that a call may take: until its deadline, its signal, or the end of the client. */
export class Span {
  isExpired = false;
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private readonly onAbort = (): void => this.abort(this.given!.reason);

  constructor(
    readonly deadlineMs: number,
    private readonly given: AbortSignal | undefined,
    private readonly onEnd: () => void,
  ) {
    given?.addEventListener('abort', this.onAbort);
    this.extend();
  }

  /** Comes when any of them has come. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The deadline begins anew. */
  extend(): void {
    clearTimeout(this.timer);
    if (this.deadlineMs <= MOST_MS) this.timer = setTimeout(() => this.expire(), this.deadlineMs);
  }

  /** There is an answer: from now on only the signal and the client's end count. */
  reached(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Waits for what goes on without it, and no longer than it lasts. */
  during(work: Promise<void>): Promise<void> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      const leave = (): void => resolve();
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  abort(reason: unknown): void {
    this.controller.abort(reason);
  }

  /** Nothing is under way any more. */
  end(): void {
    clearTimeout(this.timer);
    this.given?.removeEventListener('abort', this.onAbort);
    this.onEnd();
  }

  private expire(): void {
    this.isExpired = true;
    this.abort(new Error('the deadline has passed'));
  }
}
