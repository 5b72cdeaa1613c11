import type { LoggerService } from '@nestjs/common';

import type { Lost } from '../replication/index.js';

/** Whoever has a body may be on its way back: then it is not lost. */
const PATIENCE_MS = 5_000;
const MOST_NAMED = 10;

/** Tells people, once, which objects no server of the ring has a body of any more, and what they can do about it. */
export class Losses {
  private known = '';
  private since = 0;
  private isTold = true;

  constructor(private readonly logger: Pick<LoggerService, 'warn'>) {}

  /** @param now monotonic milliseconds */
  look({ count, keys }: Lost, now: number): void {
    const known = `${count} ${keys.join('\n')}`;
    if (known !== this.known) {
      this.known = known;
      this.since = now;
      this.isTold = count === 0;
    }
    if (this.isTold || now - this.since < PATIENCE_MS) return;
    this.isTold = true;
    const named = keys.slice(0, MOST_NAMED).map((key) => JSON.stringify(key));
    const others = count > named.length ? ` and ${count - named.length} more` : '';
    this.logger.warn(
      `No server of the ring has the body of ${named.join(', ')}${others}: reading it is 503; put it again, or delete it, ` +
        'unless a server that has it is about to come back',
    );
  }
}
