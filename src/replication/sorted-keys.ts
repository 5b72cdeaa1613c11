import { compareKeys } from './key-order.js';

/** A block is split when it grows beyond this. */
const BLOCK_KEYS = 512;

/**
 * Keys in byte order, in blocks: a key is found by two binary searches, and an insertion moves the keys of one
 * block only, so that a listing costs what it returns, at any size.
 */
export class SortedKeys {
  /** Never empty blocks, but for the first one of an empty set. */
  private readonly blocks: string[][] = [[]];

  /** The key must not be there yet. */
  add(key: string): void {
    const at = this.blockOf(key);
    const block = this.blocks[at]!;
    block.splice(lowerBound(block, key), 0, key);
    if (block.length > BLOCK_KEYS) this.blocks.splice(at + 1, 0, block.splice(BLOCK_KEYS / 2));
  }

  delete(key: string): void {
    const at = this.blockOf(key);
    const block = this.blocks[at]!;
    const index = lowerBound(block, key);
    if (block[index] !== key) return;
    block.splice(index, 1);
    if (block.length === 0 && this.blocks.length > 1) this.blocks.splice(at, 1);
  }

  /** Keys from the first one that is not less than `start`, in order. */
  *from(start: string): Generator<string> {
    let at = this.blockOf(start);
    let index = lowerBound(this.blocks[at]!, start);
    for (; at < this.blocks.length; at++, index = 0) {
      const block = this.blocks[at]!;
      for (; index < block.length; index++) yield block[index]!;
    }
  }

  /** The last block whose first key is not greater than `key`; the first one when there is none. */
  private blockOf(key: string): number {
    let [low, high] = [0, this.blocks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (compareKeys(this.blocks[middle]![0]!, key) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The index of the first key that is not less than `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(keys[middle]!, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
