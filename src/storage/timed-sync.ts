import type { Writer } from './writer.js';

/** With FSYNC as a time: brings to the disk what was committed since, so often and only when there is something. */
export class TimedSync {
  private readonly timer: NodeJS.Timeout;
  private hasNews = false;
  private syncing: Promise<void> | null = null;

  constructor(
    private readonly writer: Writer,
    intervalMs: number,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.timer = setInterval(() => this.tick(), intervalMs);
    this.timer.unref();
  }

  note(): void {
    this.hasNews = true;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.syncing;
  }

  /** A disk that takes longer than the interval is given no second request. */
  private tick(): void {
    if (!this.hasNews || this.syncing !== null) return;
    this.hasNews = false;
    this.syncing = this.writer
      .sync()
      .catch((error: unknown) => this.onFailure(error))
      .finally(() => {
        this.syncing = null;
      });
  }
}
