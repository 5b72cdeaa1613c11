import type { LogRecord } from './record.js';

interface Due {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number;
  readonly key: string;
  readonly revision: number;
}

/**
 * The committed objects that have a time to live, soonest first: a binary heap that knows where each key is, so that
 * it never holds what was overwritten.
 */
export class Expiry {
  private readonly heap: Due[] = [];
  private readonly places = new Map<string, number>();
  /** Given out, but not known to be over yet: the record that ends it may still be dropped. */
  private readonly taken = new Map<string, Due>();

  /** This is the newest committed version of its key now; what was known of an older one is over. */
  committed({ key, expires, revision }: LogRecord): void {
    if (this.places.size > 0 || this.taken.size > 0) this.forget(key);
    if (expires > 0) this.insert({ at: expires, key, revision });
  }

  /** The next one whose time is over; each is given once. */
  take(wall: number): Due | null {
    const [first] = this.heap;
    if (!first || first.at > wall) return null;
    this.remove(0);
    this.taken.set(first.key, first);
    return first;
  }

  /** What was given may not have been numbered, or not for good: all that is not over yet is given again. */
  resume(): void {
    for (const due of this.taken.values()) this.insert(due);
    this.taken.clear();
  }

  /** Objects that are known to have a time to live. */
  get size(): number {
    return this.heap.length + this.taken.size;
  }

  private forget(key: string): void {
    this.taken.delete(key);
    const place = this.places.get(key);
    if (place !== undefined) this.remove(place);
  }

  private insert(due: Due): void {
    this.heap.push(due);
    this.rise(this.heap.length - 1);
  }

  private remove(place: number): void {
    const last = this.heap.pop()!;
    this.places.delete((this.heap[place] ?? last).key);
    if (place === this.heap.length) return;
    this.heap[place] = last;
    this.sink(place);
    this.rise(this.places.get(last.key)!);
  }

  private rise(from: number): void {
    const due = this.heap[from]!;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.heap[parent]!.at <= due.at) break;
      this.put(place, this.heap[parent]!);
      place = parent;
    }
    this.put(place, due);
  }

  private sink(from: number): void {
    const due = this.heap[from]!;
    let place = from;
    for (let child = this.sooner(place); child !== null; child = this.sooner(place)) {
      if (this.heap[child]!.at >= due.at) break;
      this.put(place, this.heap[child]!);
      place = child;
    }
    this.put(place, due);
  }

  /** The child that comes first; null when there is none. */
  private sooner(place: number): number | null {
    const [left, right] = [2 * place + 1, 2 * place + 2];
    if (left >= this.heap.length) return null;
    return right < this.heap.length && this.heap[right]!.at < this.heap[left]!.at ? right : left;
  }

  private put(place: number, due: Due): void {
    this.heap[place] = due;
    this.places.set(due.key, place);
  }
}
