/**
 * A doubly linked list over the numbers below `size`, in two flat arrays. An entry that is removed keeps its own
 * links, so the last one removed can be put back where it was (Knuth's dancing links): what an undo stack needs.
 */
export class IndexList {
  /** What `first` and `after` answer when there is nothing more. */
  readonly end: number;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;

  constructor(size: number, order: Iterable<number>) {
    this.end = size;
    this.next = new Int32Array(size + 1);
    this.previous = new Int32Array(size + 1);
    let last = this.end;
    for (const index of order) {
      this.link(last, index);
      last = index;
    }
    this.link(last, this.end);
  }

  get first(): number {
    return this.next[this.end]!;
  }

  after(index: number): number {
    return this.next[index]!;
  }

  remove(index: number): void {
    this.link(this.previous[index]!, this.next[index]!);
  }

  /** Undoes the latest `remove` that is not undone yet; out of that order the list would be torn. */
  restore(index: number): void {
    this.next[this.previous[index]!] = index;
    this.previous[this.next[index]!] = index;
  }

  private link(left: number, right: number): void {
    this.next[left] = right;
    this.previous[right] = left;
  }
}
