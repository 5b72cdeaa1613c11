const LOOK_MS = 100;
/** What is left of an earlier lateness at the next look. */
const DECAY = 0.5;

/** How late this process is with what it has to do: the lateness of a timer, which falls off once there is none. */
export class Lag {
  private lateMs = 0;
  private dueAt: number;

  constructor(now = performance.now()) {
    this.dueAt = now + LOOK_MS;
  }

  /** Milliseconds. */
  get ms(): number {
    return this.lateMs;
  }

  /** Looks from now on; holds no process up. */
  start(): void {
    setInterval(() => this.look(performance.now()), LOOK_MS).unref();
  }

  /** To be called every `LOOK_MS`. */
  look(now: number): void {
    this.lateMs = Math.max(now - this.dueAt, this.lateMs * DECAY);
    this.dueAt = now + LOOK_MS;
  }
}
