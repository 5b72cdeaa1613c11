/**
 * The configurations a search has entered, each a row of 32-bit words: `exact` words (frontier, state, slots), then
 * the bits of the open operations used so far.
 *
 * A row is not worth entering again when one with the same exact words and no open operation beyond its own is here:
 * open operations are never owed, so whatever follows from the row follows from that one too. A hash table over the
 * exact words whose chains are searched for such a subset says so, comparing the words themselves: a collision of
 * hashes that cut off a branch would call a good history bad.
 */
export class Visited {
  private count = 0;
  private rows: Int32Array;
  private chain: Int32Array;
  private buckets: Int32Array;

  constructor(
    private readonly exact: number,
    private readonly width: number,
    capacity = 64,
  ) {
    this.rows = new Int32Array(capacity * width);
    this.chain = new Int32Array(capacity);
    this.buckets = new Int32Array(capacity * 2).fill(-1);
  }

  /** Keeps the row unless one that is here covers it; answers whether it was kept. */
  add(row: Int32Array): boolean {
    const bucket = this.bucketOf(row, 0);
    for (let at = this.buckets[bucket]!; at >= 0; at = this.chain[at]!)
      if (this.covers(at, row)) return false;
    if (this.count === this.chain.length) this.grow();
    this.rows.set(row, this.count * this.width);
    this.enchain(this.count);
    this.count += 1;
    return true;
  }

  private covers(at: number, row: Int32Array): boolean {
    const offset = at * this.width;
    for (let word = 0; word < this.exact; word += 1) if (this.rows[offset + word] !== row[word]) return false;
    for (let word = this.exact; word < this.width; word += 1)
      if ((this.rows[offset + word]! & ~row[word]!) !== 0) return false;
    return true;
  }

  private bucketOf(words: Int32Array, offset: number): number {
    let hash = 0;
    for (let word = 0; word < this.exact; word += 1) {
      hash = Math.imul(hash ^ words[offset + word]!, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash & (this.buckets.length - 1);
  }

  private enchain(at: number): void {
    const bucket = this.bucketOf(this.rows, at * this.width);
    this.chain[at] = this.buckets[bucket]!;
    this.buckets[bucket] = at;
  }

  /** Doubles everything. The number of rows is bounded by the search's `maxStates`. */
  private grow(): void {
    this.rows = enlarged(this.rows);
    this.chain = enlarged(this.chain);
    this.buckets = new Int32Array(this.buckets.length * 2).fill(-1);
    for (let at = 0; at < this.count; at += 1) this.enchain(at);
  }
}

function enlarged(array: Int32Array): Int32Array {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
