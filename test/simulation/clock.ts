import type { Clock } from '../../src/replication/index.js';

/** 2026-01-01 in milliseconds. */
const EPOCH = 1_767_225_600_000;

const { floor } = Math;

/** A process's clocks. The monotonic one starts with the process, runs a little fast or slow, and stands still while its machine sleeps. */
export class ProcessClock {
  private slept = 0;

  constructor(
    private readonly startedAt: number,
    private readonly drift: number,
    private readonly wallOffset: number,
  ) {}

  read(now: number): Clock {
    const running = (now - this.startedAt) * (1 + this.drift);
    return {
      now: running - this.slept,
      wall: EPOCH + this.wallOffset + floor(this.startedAt + running),
    };
  }

  sleep(ms: number): void {
    this.slept += ms * (1 + this.drift);
  }
}
