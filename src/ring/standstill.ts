import type { LoggerService } from '@nestjs/common';

import type { Status } from '../replication/index.js';

const QUIET_MS = 60_000;
/** Choosing a view, or coming back, is a matter of less: whoever takes longer waits for somebody. */
const PATIENCE_MS = 5_000;

const WAITS = {
  member:
    'Too few members can be reached, so writes are refused here, until enough of them are back; when they are gone for good, ' +
    'POST /ring/adopt to one that is there lets the ring go on',
  returning:
    'It still waits for the others that it knew, as they may have what it lacks; when they are gone for good, or there are ' +
    'none, POST /ring/adopt lets the ring go on with what this server has',
} as const;

/** Tells people, once a minute, that this server cannot go on by itself, and what they can do about it. */
export class Standstill {
  private state: keyof typeof WAITS | null = null;
  private since = 0;
  private toldAt = -Infinity;

  constructor(private readonly logger: Pick<LoggerService, 'warn'>) {}

  /** @param now monotonic milliseconds */
  look(status: Pick<Status, 'phase' | 'choosing'>, now: number): void {
    const state = standstillOf(status);
    if (state !== this.state) {
      this.state = state;
      this.since = now;
      this.toldAt = -Infinity;
    }
    if (state === null || now - this.since < PATIENCE_MS || now - this.toldAt < QUIET_MS) return;
    this.toldAt = now;
    this.logger.warn(WAITS[state]);
  }
}

function standstillOf({ phase, choosing }: Pick<Status, 'phase' | 'choosing'>): keyof typeof WAITS | null {
  if (phase === 'returning') return phase;
  return phase === 'member' && choosing ? phase : null;
}
