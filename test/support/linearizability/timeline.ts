import type { Operation } from './history.js';
import { IndexList } from './index-list.js';

/**
 * The operations of one partition, numbered and laid out for the search: first the closed ones (their answer is known,
 * so each must find its place), then the open ones (each may), both in the order of their calls.
 *
 * A set of linearized operations has a short name here, however long the history. Let the frontier be the closed
 * operation that returns first among those not linearized. All that returned earlier are in the set; what else is in
 * it was under way when the frontier returned, since nothing called later could have been taken. Operations under way
 * together are in different slots, and a slot is only used again after the return of the operation that had it; so one
 * bit per slot, flipped by each operation of that slot, names the set together with the frontier. Open operations
 * never leave, and have a bit each.
 */
export class Timeline<I, O> {
  readonly operations: readonly Operation<I, O>[];
  readonly closedCount: number;
  /** Closed operations not linearized yet, by call and by return; open ones by call. */
  readonly calls: IndexList;
  readonly returns: IndexList;
  readonly open: IndexList;
  readonly callTime: Float64Array;
  readonly returnTime: Float64Array;
  /** The closed operations in the order of their returns, and each one's place in it. */
  readonly byReturn: Int32Array;
  readonly returnPlace: Int32Array;
  /** Each operation's bit, and which word of the set's name it is in. */
  readonly word: Int32Array;
  readonly bit: Int32Array;
  readonly slotWords: number;
  readonly openWords: number;

  constructor(history: readonly Operation<I, O>[]) {
    const byCall = history.toSorted((a, b) => a.call - b.call);
    const closed = byCall.filter((operation) => operation.output !== null);
    this.operations = [...closed, ...byCall.filter((operation) => operation.output === null)];
    this.closedCount = closed.length;
    const size = this.operations.length;
    this.callTime = Float64Array.from(this.operations, (operation) => operation.call);
    this.returnTime = Float64Array.from(this.operations, (operation) => operation.return);
    this.byReturn = this.orderOfReturns();
    this.calls = new IndexList(size, range(0, this.closedCount));
    this.returns = new IndexList(size, this.byReturn);
    this.open = new IndexList(size, range(this.closedCount, size));
    this.returnPlace = new Int32Array(size);
    this.byReturn.forEach((index, place) => (this.returnPlace[index] = place));
    this.word = new Int32Array(size);
    this.bit = new Int32Array(size);
    this.slotWords = wordsFor(this.assignSlots());
    this.openWords = wordsFor(size - this.closedCount);
    this.assignOpenBits();
  }

  isClosed(index: number): boolean {
    return index < this.closedCount;
  }

  private orderOfReturns(): Int32Array {
    const order = Int32Array.from(range(0, this.closedCount));
    return order.toSorted((a, b) => this.returnTime[a]! - this.returnTime[b]! || a - b);
  }

  /** Gives each closed operation the slot that was free first, and answers how many slots that took. */
  private assignSlots(): number {
    const slots = new Int32Array(this.closedCount);
    const free: number[] = [];
    let used = 0;
    let returned = 0;
    for (let index = 0; index < this.closedCount; index += 1) {
      for (; this.returnTime[this.byReturn[returned]!]! < this.callTime[index]!; returned += 1)
        free.push(slots[this.byReturn[returned]!]!);
      slots[index] = free.pop() ?? used++;
      this.setBit(index, slots[index]!);
    }
    return used;
  }

  private assignOpenBits(): void {
    const start = this.slotWords * 32;
    for (let index = this.closedCount; index < this.operations.length; index += 1)
      this.setBit(index, start + index - this.closedCount);
  }

  private setBit(index: number, position: number): void {
    this.word[index] = position >>> 5;
    this.bit[index] = 1 << (position & 31);
  }
}

function wordsFor(bits: number): number {
  return (bits + 31) >>> 5;
}

function* range(from: number, to: number): Iterable<number> {
  for (let index = from; index < to; index += 1) yield index;
}
