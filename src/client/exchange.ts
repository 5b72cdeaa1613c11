import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import type { BodySource } from './body-source.js';
import { Course } from './course.js';
import type { Aim, Directory } from './directory.js';
import type { Discovery } from './discovery.js';
import type { KnownServer } from './known-server.js';
import type { CallOptions } from './options.js';
import type { Slots } from './slots.js';
import type { Life, Span } from './span.js';
import type { Wire } from './wire.js';

/** A request to the ring, whoever answers it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: BodySource | null;
  readonly aim: Aim;
  /** Only this server. */
  readonly only: KnownServer | null;
  /** Sent again it does no harm. */
  readonly isRepeatable: boolean;
  /** Statuses from 400 on that are no failures here. */
  readonly accepts: readonly number[];
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly message: IncomingMessage;
  readonly server: KnownServer;
}

/** An answer that was read to its end. */
export interface WholeAnswer extends Answer {
  readonly text: string;
}

/** What calls share. */
export interface Means {
  readonly directory: Directory;
  readonly discovery: Discovery;
  readonly wire: Wire;
  readonly attemptMs: number;
}

/** Carries out calls: each within its time, and so many at once. */
export class Exchange {
  constructor(
    private readonly means: Means,
    private readonly life: Life,
    private readonly slots: Slots,
  ) {}

  /** Resolves with the head; its slot is free again when the body has been read or destroyed. */
  ask(call: Call, options?: CallOptions, slots = this.slots): Promise<Answer> {
    return this.within(options, slots, async (span, end) => {
      const answer = await new Course(this.means, call, span).answer();
      span.reached();
      answer.message.once('close', end);
      return answer;
    });
  }

  /** The body is read as well, of one and the same answer. */
  askWhole(call: Call, options?: CallOptions): Promise<WholeAnswer> {
    return this.within(options, this.slots, async (span, end) => {
      const answer = await new Course(this.means, call, span).wholeAnswer();
      end();
      return answer;
    });
  }

  private async within<T>(
    options: CallOptions | undefined,
    slots: Slots,
    run: (span: Span, end: () => void) => Promise<T>,
  ): Promise<T> {
    const span = this.life.begin(options);
    this.means.discovery.freshen();
    let giveBack: (() => void) | undefined;
    const end = (): void => {
      span.end();
      giveBack?.();
    };
    try {
      giveBack = await slots.take(span);
      return await run(span, end);
    } catch (error) {
      end();
      // Also when it was still waiting for its turn.
      if (span.signal.aborted && !span.isExpired) throw span.signal.reason;
      throw error;
    }
  }
}
