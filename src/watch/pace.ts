/** Of the time, the share that a task may take is one in this and one more. */
const REST = 4;

/**
 * Runs a task soon after it was asked for, once for all that asked meanwhile. A task that takes long is given a rest
 * after it in proportion, so that a thousand clients that watch cannot starve those who write.
 */
export class Pace {
  private isDue = false;
  private restUntil = 0;

  constructor(private readonly task: () => void) {}

  ask(): void {
    if (this.isDue) return;
    this.isDue = true;
    const restMs = this.restUntil - performance.now();
    if (restMs > 0) setTimeout(this.run, restMs);
    else setImmediate(this.run);
  }

  private readonly run = (): void => {
    this.isDue = false;
    const begunAt = performance.now();
    this.task();
    const endedAt = performance.now();
    this.restUntil = endedAt + REST * (endedAt - begunAt);
  };
}
