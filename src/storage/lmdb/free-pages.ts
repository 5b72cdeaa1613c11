import { broken } from './broken.js';
import { readNumber } from './layout.js';
import type { UsedPages } from './used-pages.js';

const NUMBER_BYTES = 8;
/** More pages than a file of the largest map has: a longer block is a flipped bit, and would be counted for ages. */
const MAX_BLOCK_PAGES = 2 ** 34;

/** The tree of free pages has numbers of transactions as keys, in the machine's order of bytes. */
export function compareTransactions(a: Buffer, b: Buffer): number {
  if (a.length !== NUMBER_BYTES || b.length !== NUMBER_BYTES)
    throw broken('a key of the free pages is no number');
  const [first, second] = [a.readBigUInt64LE(), b.readBigUInt64LE()];
  return first < second ? -1 : first > second ? 1 : 0;
}

/**
 * Takes the pages of one entry of free pages: after the number of the numbers that follow, each is a page, or 0 for
 * nothing, or, when it is negative, the length of a block that begins at the page that follows (lmdb-js's own form).
 */
export function takeFreePages(value: Buffer, used: UsedPages): void {
  const end = (readNumber(value, 0) + 1) * NUMBER_BYTES;
  if (end > value.length) throw broken('a list of free pages is cut off');
  for (let at = NUMBER_BYTES; at < end; at += NUMBER_BYTES) {
    const number = value.readBigInt64LE(at);
    if (number > 0) used.take(readNumber(value, at));
    if (number >= 0) continue;
    at += NUMBER_BYTES;
    if (at >= end || number < -MAX_BLOCK_PAGES) throw broken('a block of free pages is cut off');
    takeBlock(readNumber(value, at), -Number(number), used);
  }
}

/** Ends with the first page that there is not, however long the block claims to be. */
function takeBlock(first: number, count: number, used: UsedPages): void {
  for (let index = 0; index < count; index++) used.take(first + index);
}
