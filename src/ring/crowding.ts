import type { LoggerService } from '@nestjs/common';

import { formatSize } from '../config/index.js';

const QUIET_MS = 60_000;
const MIB = 2 ** 20;
/** An object as large as the limit has room, and a beat's writes pass it: neither is worth a word. */
const SLACK_BYTES = 16 * MIB;
/** Bodies leave memory for the disk as fast as they are written, or they are not what takes it. */
const EVICTION_MS = 10_000;

/** With less room on the disk, hardly a write fits. */
const LEAST_ROOM_BYTES = MIB;

/**
 * Tells people, once a minute, that this server holds more than it was meant to, in memory or on its disk. Without a disk the whole ring takes no writes then.
 * With one, bodies leave memory by themselves, and it is what has to stay that is too much: keys and what goes with them.
 */
export class Crowding {
  private toldAt = -Infinity;
  private toldOfDiskAt = -Infinity;
  private since = Infinity;

  constructor(
    private readonly logger: Pick<LoggerService, 'warn'>,
    private readonly limitBytes: number,
  ) {}

  /** @param now monotonic milliseconds */
  look(bytes: number, hasDisk: boolean, now: number): void {
    this.since = bytes > this.limitBytes + SLACK_BYTES ? Math.min(this.since, now) : Infinity;
    if (now - this.since < (hasDisk ? EVICTION_MS : 0) || now - this.toldAt < QUIET_MS) return;
    this.toldAt = now;
    const taken = `${Math.ceil(bytes / MIB)}MiB`;
    const limit = `the MEMORY_LIMIT=${formatSize(this.limitBytes)} of this server`;
    this.logger.warn(
      hasDisk
        ? `The objects take ${taken} of memory, more than ${limit}, though their bodies may leave it for the disk: give this server more`
        : `The objects take ${taken}, more than ${limit}, so the ring takes no writes: give this server more, or take it out`,
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
