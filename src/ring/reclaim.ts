import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What has to have gone for a collection to be worth its pause. */
const WORTH_BYTES = 64 * 2 ** 20;
/** A larger heap is left to V8: the pause grows with it, about a millisecond for each of its megabytes. */
const MOST_HEAP_BYTES = 128 * 2 ** 20;
/** A process that computes less than this is quiet, in µs for each millisecond. */
const QUIET_MICROS = 50;
const QUIET_LOOK_MS = 4000;
/** V8 gives up room for new objects only when it has seen for some seconds that few are made: the second finds that. */
const COLLECTIONS = 2;

export interface Process {
  /** Microseconds that it has computed so far. */
  cpuMicros(): number;
  collect(): void;
}

/**
 * Gives memory back to the machine: that of large bodies that were deleted or replaced, and on a quiet server what it took
 * to start or to serve a crowd. V8 itself would keep it until the heap has grown again, which on a quiet server may be never.
 */
export class Reclaim {
  private mostBytes = 0;
  private lookedAt = 0;
  private micros = 0;
  private left = COLLECTIONS;

  constructor(private readonly process: Process = thisProcess) {}

  /**
   * @param bytes what objects take now
   * @param now monotonic milliseconds
   */
  look(bytes: number, now: number): void {
    this.mostBytes = Math.max(this.mostBytes, bytes);
    if (this.mostBytes - bytes >= WORTH_BYTES) {
      this.mostBytes = bytes;
      this.process.collect();
    }
    if (now - this.lookedAt >= QUIET_LOOK_MS) this.lookForQuiet(now);
  }

  private lookForQuiet(now: number): void {
    const micros = this.process.cpuMicros();
    const isQuiet = micros - this.micros < QUIET_MICROS * (now - this.lookedAt);
    this.micros = micros;
    this.lookedAt = now;
    if (!isQuiet) this.left = COLLECTIONS;
    else if (this.left-- > 0) this.process.collect();
  }
}

const thisProcess: Process = {
  cpuMicros: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  collect: () => {
    if (getHeapStatistics().used_heap_size > MOST_HEAP_BYTES) return;
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    setFlagsFromString('--no-expose-gc');
  },
};
