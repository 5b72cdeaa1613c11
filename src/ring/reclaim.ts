import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What has to have gone for a collection to be worth its pause. */
const WORTH_BYTES = 64 * 2 ** 20;
/** A larger heap is left to V8: the pause grows with it, about a millisecond for each of its megabytes. */
const MOST_HEAP_BYTES = 128 * 2 ** 20;

/**
 * Gives the memory of large bodies that were deleted or replaced back to the machine. V8 itself would keep it until the heap
 * has grown again, which on a quiet server may be never.
 */
export class Reclaim {
  private mostBytes = 0;

  constructor(private readonly collect: () => void = collectGarbage) {}

  /** @param bytes what objects take now */
  look(bytes: number): void {
    this.mostBytes = Math.max(this.mostBytes, bytes);
    if (this.mostBytes - bytes < WORTH_BYTES) return;
    this.mostBytes = bytes;
    this.collect();
  }
}

function collectGarbage(): void {
  if (getHeapStatistics().used_heap_size > MOST_HEAP_BYTES) return;
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  setFlagsFromString('--no-expose-gc');
}
