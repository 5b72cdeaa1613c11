/** Places that a queue has at least. */
const SMALLEST = 16;
/** A queue with more places than this gives some back when it needs a quarter of them only. */
const LARGE = 1024;

/**
 * A first-in-first-out queue in a ring of places. They are used again and again: arrays that are cut off and left behind hold
 * what was in them until the next full collection of garbage.
 */
export class Queue<T> {
  private places: (T | undefined)[] = empty(SMALLEST);
  private head = 0;
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(item: T): void {
    if (this.count === this.places.length) this.resize(2 * this.count);
    this.places[this.placeOf(this.count++)] = item;
  }

  at(index: number): T | undefined {
    return index >= 0 && index < this.count ? this.places[this.placeOf(index)] : undefined;
  }

  set(index: number, item: T): void {
    this.places[this.placeOf(index)] = item;
  }

  shift(): T | undefined {
    if (this.count === 0) return undefined;
    const item = this.places[this.head];
    this.places[this.head] = undefined;
    this.head = this.placeOf(1);
    this.count--;
    if (this.places.length > LARGE && 4 * this.count < this.places.length)
      this.resize(this.places.length / 2);
    return item;
  }

  pop(): T | undefined {
    if (this.count === 0) return undefined;
    const place = this.placeOf(--this.count);
    const item = this.places[place];
    this.places[place] = undefined;
    return item;
  }

  clear(): void {
    this.places = empty(SMALLEST);
    this.head = 0;
    this.count = 0;
  }

  toArray(): T[] {
    return Array.from({ length: this.count }, (_, index) => this.at(index) as T);
  }

  /** There is a power of two of places. */
  private placeOf(index: number): number {
    return (this.head + index) & (this.places.length - 1);
  }

  private resize(size: number): void {
    const places = empty<T>(size);
    for (let index = 0; index < this.count; index++) places[index] = this.at(index);
    this.places = places;
    this.head = 0;
  }
}

function empty<T>(size: number): (T | undefined)[] {
  return Array.from({ length: size }, () => undefined);
}
