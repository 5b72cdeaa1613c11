/**
 * Finds out whether it is this server itself that was late. A server whose own event loop stood still has
 * heard nobody, and must not accuse anybody of it.
 */
export class OwnLateness {
  private lastTick: number | null = null;

  /** `intervalMs`: the time between ticks of a server that is on time. */
  constructor(private readonly intervalMs: number) {}

  /** Milliseconds by which this tick came late, 0 when it was on time. */
  tick(now: number): number {
    const gap = this.lastTick === null ? 0 : now - this.lastTick;
    this.lastTick = now;
    return gap > 2 * this.intervalMs ? gap - this.intervalMs : 0;
  }
}

/** Finds that the wall clock moved against the monotonic one: the machine was suspended, or its clock was set. */
export class Suspension {
  private offset: number | null = null;

  constructor(private readonly toleranceMs: number) {}

  tick(now: number, wall: number): boolean {
    const offset = wall - now;
    const jumped = this.offset !== null && Math.abs(offset - this.offset) > this.toleranceMs;
    this.offset = offset;
    return jumped;
  }
}

/**
 * When the beats of the ring were last heard. Every member may act on their silence, each a little later than
 * the one before it in the ring, so that one of them is first.
 */
export class Silence {
  private heardAt = 0;

  constructor(
    private readonly suspectAfterMs: number,
    private readonly stepMs: number,
  ) {}

  heard(now: number): void {
    this.heardAt = now;
  }

  excuse(lateMs: number, now: number): void {
    this.heardAt = Math.min(now, this.heardAt + lateMs);
  }

  isTooLong(now: number, position: number): boolean {
    return now - this.heardAt > this.suspectAfterMs + (position + 1) * this.stepMs;
  }
}
