import { getHeapStatistics, setFlagsFromString } from 'node:v8';

/**
 * By how much the heap, with the buffers that V8 counts in, may grow between two collections while large bodies travel. It is what a
 * body costs a server that has it on the disk; half as much would cost a third more of its time.
 */
const GROWTH_BYTES = 40 * 2 ** 20;
const MOST_PERCENT = 300;
const LEAST_PERCENT = 10;
/** After so long without a piece V8 decides for itself again. */
const EASED_MS = 1000;

let timer: NodeJS.Timeout | null = null;

/**
 * Memory for a piece of a large body, not cleared. V8 counts it into what makes it collect garbage, though it lies outside of
 * its heap; with the small heap of this program that is a full collection for every 10 MiB that arrive, half of the time that
 * a large body takes. So while pieces come in, the heap may grow by a fixed number of bytes instead.
 */
export function pieceMemory(bytes: number): Buffer {
  if (timer === null) ease();
  else timer.refresh();
  return Buffer.allocUnsafeSlow(bytes);
}

function ease(): void {
  const percent = Math.round((100 * GROWTH_BYTES) / getHeapStatistics().used_heap_size);
  setFlagsFromString(`--heap-growing-percent=${Math.min(MOST_PERCENT, Math.max(LEAST_PERCENT, percent))}`);
  timer = setTimeout(tighten, EASED_MS).unref();
}

function tighten(): void {
  setFlagsFromString('--heap-growing-percent=0');
  timer = null;
}
