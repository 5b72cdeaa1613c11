import type { LoggerService } from '@nestjs/common';

import { formatSize } from '../config/index.js';

const QUIET_MS = 60_000;
const MIB = 2 ** 20;
/** An object as large as the limit has room, and a beat's writes pass it: neither is worth a word. */
const SLACK_BYTES = 16 * MIB;

/** Tells people, once a minute, that this server holds more than it was meant to: the whole ring takes no writes then. */
export class Crowding {
  private toldAt = -Infinity;

  constructor(
    private readonly logger: Pick<LoggerService, 'warn'>,
    private readonly limitBytes: number,
  ) {}

  /** @param now monotonic milliseconds */
  look(bytes: number, now: number): void {
    if (bytes <= this.limitBytes + SLACK_BYTES || now - this.toldAt < QUIET_MS) return;
    this.toldAt = now;
    const taken = `${Math.ceil(bytes / MIB)}MiB`;
    const limit = `MEMORY_LIMIT=${formatSize(this.limitBytes)}`;
    this.logger.warn(
      `The objects take ${taken}, more than the ${limit} of this server, so the ring takes no writes: give this server more, or take it out`,
    );
  }
}
