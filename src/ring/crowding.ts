import type { LoggerService } from '@nestjs/common';

import { formatSize } from '../config/index.js';

const QUIET_MS = 60_000;
const MIB = 2 ** 20;
/** An object as large as the limit has room, and a beat's writes pass it: neither is worth a word. */
const SLACK_BYTES = 16 * MIB;
/** With less room on the disk, hardly a write fits. */
const LEAST_ROOM_BYTES = MIB;

/** Tells people, once a minute, that this server has no room, in memory or on its disk: the whole ring takes no writes then. */
export class Crowding {
  private toldAt = -Infinity;
  private toldOfDiskAt = -Infinity;

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

  /**
   * @param room bytes that are left on the disk, beyond the reserve; null without one
   * @param now monotonic milliseconds
   */
  lookAtDisk(room: number | null, now: number): void {
    if (room === null || room >= LEAST_ROOM_BYTES || now - this.toldOfDiskAt < QUIET_MS) return;
    this.toldOfDiskAt = now;
    this.logger.warn(
      'The disk of DATA_DIR is full, so the ring takes no writes: make room there, or take this server out',
    );
  }
}
