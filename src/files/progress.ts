import type { LoggerService } from '@nestjs/common';

const TOLD_EVERY_MS = 2_000;
const MIB = 2 ** 20;

/** Tells people how far the first reading of a large directory is. */
export class Progress {
  private files = 0;
  private bytes = 0;
  private toldAt: number;
  private isOver = false;

  /** @param now monotonic milliseconds */
  constructor(
    private readonly logger: Pick<LoggerService, 'log'>,
    now: number,
  ) {
    this.toldAt = now;
  }

  read(bytes: number): void {
    this.files++;
    this.bytes += bytes;
  }

  /** @param left files that are known and have yet to be read */
  tick(left: number, now: number): void {
    if (this.isOver || now - this.toldAt < TOLD_EVERY_MS) return;
    this.toldAt = now;
    this.logger.log(`FILES_DIR is read: ${this.files} files (${this.size}) so far, ${left} more are known`);
  }

  /** @param files that are shared */
  end(files: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.logger.log(`FILES_DIR is read: ${files} files (${this.size}) are shared`);
  }

  private get size(): string {
    return `${(this.bytes / MIB).toFixed(1)} MiB`;
  }
}
