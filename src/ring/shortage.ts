import type { LoggerService } from '@nestjs/common';

import { primaryOf, type Status } from '../replication/index.js';

/** Whoever has just gone may come back at once. */
const PATIENCE_MS = 2_000;
const QUIET_MS = 10_000;

/** Tells people at the primary how many copies are away, as long as that changes, and when there are as many as there are to be. */
export class Shortage {
  private since: number | null = null;
  private told = 0;
  private toldAt = -Infinity;

  constructor(private readonly logger: Pick<LoggerService, 'log' | 'warn'>) {}

  /** @param now monotonic milliseconds */
  look(status: Pick<Status, 'view' | 'self' | 'copiesAway'>, now: number): void {
    const { view, self } = status;
    const copies = view !== null && primaryOf(view).id === self.id ? status.copiesAway : null;
    if (!copies) return this.end(copies === 0);
    this.since ??= now;
    if (copies === this.told || now - this.since < PATIENCE_MS || now - this.toldAt < QUIET_MS) return;
    this.told = copies;
    this.toldAt = now;
    this.logger.warn(
      `${copies} copies are at servers that are not in the ring; others take their place, if there are enough`,
    );
  }

  private end(isOver: boolean): void {
    if (isOver && this.told > 0) this.logger.log('No copies are away any more');
    this.since = null;
    this.told = 0;
    this.toldAt = -Infinity;
  }
}
