import type { Trace } from './trace.js';

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

/** Simulated time, in milliseconds, and what will happen in it: by time, then in the order in which it was foreseen. */
export class World {
  now = 0;
  private readonly heap: Happening[] = [];
  private foreseen = 0;

  constructor(readonly trace: Trace) {}

  after(delayMs: number, act: () => void): void {
    this.at(this.now + delayMs, act);
  }

  at(time: number, act: () => void): void {
    this.heap.push({ at: time > this.now ? time : this.now, order: this.foreseen++, act });
    this.rise(this.heap.length - 1);
  }

  /** Lives on until `time`, or until `done` says so; it is asked after every happening. */
  runUntil(time: number, done?: () => boolean): void {
    for (let next = this.heap[0]; next !== undefined && next.at <= time; next = this.heap[0]) {
      this.removeFirst();
      this.now = next.at;
      next.act();
      if (done?.()) return;
    }
    this.now = Math.max(this.now, time);
  }

  say(line: () => string): void {
    this.trace.say(() => `${this.now.toFixed(3).padStart(10)}  ${line()}`);
  }

  private removeFirst(): void {
    const last = this.heap.pop()!;
    if (this.heap.length === 0) return;
    this.heap[0] = last;
    this.sink(0);
  }

  private rise(from: number): void {
    const { heap } = this;
    const item = heap[from]!;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (before(heap[parent]!, item)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = item;
  }

  private sink(from: number): void {
    const { heap } = this;
    const item = heap[from]!;
    let index = from;
    for (let child = 2 * index + 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (before(item, heap[child]!)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = item;
  }
}

function before(a: Happening, b: Happening): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
