import type { LoggerService } from '@nestjs/common';

const QUIET_MS = 60_000;

/** Says each sentence once a minute at most, and how often it would have been said. */
export class Grumble {
  private readonly said = new Map<string, { at: number; times: number }>();

  constructor(
    private readonly logger: Pick<LoggerService, 'warn'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @param kind what counts as the same; there are few */
  say(kind: string, sentence: string): void {
    const last = this.said.get(kind) ?? { at: -Infinity, times: 0 };
    last.times++;
    this.said.set(kind, last);
    if (this.now() - last.at < QUIET_MS) return;
    const times = last.times > 1 ? ` (${last.times} times)` : '';
    this.logger.warn(`${sentence}${times}`);
    Object.assign(last, { at: this.now(), times: 0 });
  }
}
