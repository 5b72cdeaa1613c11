import { statfs } from 'node:fs/promises';

import type { Writer } from './writer.js';

const REFRESH_MS = 500;
/** Kept free for what is not counted: the pages that LMDB copies to change them, and files of the system's own. */
export const RESERVE_BYTES = 64 * 2 ** 20;

/** How much may still be written. It is asked for with each write, so it answers what it last saw, and looks again seldom. */
export class Room {
  private bytes = 0;
  private seenAt = -Infinity;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly directory: string,
    private readonly writer: Writer,
    private readonly now: () => number,
  ) {}

  left(): number {
    if (this.now() - this.seenAt >= REFRESH_MS) void this.look();
    return Math.max(0, this.bytes);
  }

  /** What was handed over since the last look takes room that the look did not see taken. */
  take(bytes: number): void {
    this.bytes -= bytes;
  }

  /** When it cannot look, it keeps what it saw: the writes themselves tell when the disk is gone. */
  look(): Promise<void> {
    this.looking ??= this.measure()
      .catch(() => undefined)
      .finally(() => {
        this.looking = null;
      });
    return this.looking;
  }

  private async measure(): Promise<void> {
    this.seenAt = this.now();
    const [{ bavail, bsize }, reusable] = await Promise.all([
      statfs(this.directory),
      this.writer.reusableBytes(),
    ]);
    this.bytes = bavail * bsize + reusable - RESERVE_BYTES;
  }
}
