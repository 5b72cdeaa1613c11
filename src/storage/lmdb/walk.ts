import { broken } from './broken.js';
import { NODE_HEADER_BYTES, NodeFlag, PAGE_HEADER_BYTES, PageKind, readNumber } from './layout.js';
import type { TreeHeader } from './layout.js';
import type { Pages } from './pages.js';
import type { UsedPages } from './used-pages.js';

/** Called with each entry, in the order of keys. The buffers are of no worth after the call. */
export type Visit = (key: Buffer, value: Buffer, isTree: boolean) => void;
export type Compare = (a: Buffer, b: Buffer) => number;

interface Node {
  readonly key: Buffer;
  readonly flags: number;
  readonly low: number;
  /** Where its data begins in the page. */
  readonly data: number;
}

const MAX_DEPTH = 32;

/** Walks one tree and checks all that LMDB relies on: kinds, bounds, order, and the counts in the tree's header. */
export class Walk {
  private branchPages = 0;
  private leafPages = 0;
  private overflowPages = 0;
  private entries = 0;
  private last: Buffer | null = null;

  constructor(
    private readonly pages: Pages,
    private readonly used: UsedPages,
    /** The last transaction. */
    private readonly newest: number,
    private readonly visit: Visit,
    private readonly compare: Compare = Buffer.compare,
  ) {}

  run(header: TreeHeader): void {
    if (header.depth > MAX_DEPTH) throw broken('a tree is too deep');
    if (header.root !== null) this.subtree(header.root, header.depth, null, null);
    const isCounted =
      header.branchPages === this.branchPages &&
      header.leafPages === this.leafPages &&
      header.overflowPages === this.overflowPages &&
      header.entries === this.entries &&
      (header.root === null) === (header.depth === 0);
    if (!isCounted) throw broken('a tree does not have what its header counts');
  }

  /** All its keys are at least `from` and below `to`. */
  private subtree(number: number, height: number, from: Buffer | null, to: Buffer | null): void {
    this.used.take(number);
    const page = this.pages.page(number);
    this.checkHeader(page, number);
    const kind = page.readUInt16LE(18);
    if (kind !== (height > 1 ? PageKind.branch : PageKind.leaf))
      throw broken(`page ${number} is of another kind`);
    const nodes = nodesOf(page, number);
    if (kind === PageKind.leaf) this.leaf(nodes, page, from, to);
    else this.branch(nodes, height, from, to);
  }

  /** The first key of a branch page stands for everything below the second. */
  private branch(nodes: readonly Node[], height: number, from: Buffer | null, to: Buffer | null): void {
    this.branchPages += 1;
    if (nodes.length < 2) throw broken('a branch has too few children');
    const keys = nodes.map(({ key }, index) => (index === 0 ? from : Buffer.from(key)));
    nodes.forEach(({ low, flags }, index) => {
      this.subtree(low + flags * 2 ** 32, height - 1, keys[index]!, keys[index + 1] ?? to);
    });
  }

  private leaf(nodes: readonly Node[], page: Buffer, from: Buffer | null, to: Buffer | null): void {
    this.leafPages += 1;
    if (nodes.length === 0) throw broken('a leaf is empty');
    const { last, compare } = this;
    if (last !== null && compare(last, nodes[0]!.key) >= 0) throw broken('its keys are out of order');
    if (from !== null && compare(from, nodes[0]!.key) > 0) throw broken('a key is before its branch');
    if (to !== null && compare(nodes.at(-1)!.key, to) >= 0) throw broken('a key is behind its branch');
    this.last = Buffer.from(nodes.at(-1)!.key);
    nodes.forEach((node, index) => {
      if (index > 0 && compare(nodes[index - 1]!.key, node.key) >= 0)
        throw broken('its keys are out of order');
      this.entry(node, page);
    });
  }

  private entry(node: Node, page: Buffer): void {
    this.entries += 1;
    const { key, flags, low, data } = node;
    if ((flags & ~(NodeFlag.overflow | NodeFlag.tree)) !== 0) throw broken('an entry has unknown flags');
    const isLarge = (flags & NodeFlag.overflow) !== 0;
    const end = data + (isLarge ? 24 : low);
    if (end > page.length) throw broken('an entry ends past its page');
    const value = isLarge ? this.largeValue(page, data, low) : page.subarray(data, end);
    this.visit(key, value, (flags & NodeFlag.tree) !== 0);
  }

  /** A value on pages of its own: the first has a header, which the value follows. */
  private largeValue(page: Buffer, data: number, length: number): Buffer {
    const number = readNumber(page, data);
    const count = readNumber(page, data + 16);
    const { pageBytes } = this.pages;
    // It has more when it was written over a longer one within one transaction.
    if (count < Math.ceil((PAGE_HEADER_BYTES + length) / pageBytes))
      throw broken('a large value has fewer pages than it needs');
    for (let index = 0; index < count; index++) this.used.take(number + index);
    this.overflowPages += count;
    const first = this.pages.page(number);
    this.checkHeader(first, number);
    this.checkAge(readNumber(page, data + 8));
    if (first.readUInt16LE(18) !== PageKind.overflow)
      throw broken(`page ${number} does not begin a large value`);
    // LMDB trusts this number when it frees the pages.
    if (first.readUInt32LE(20) !== count) throw broken('a large value counts its pages in two ways');
    return this.pages.bytes(number * pageBytes + PAGE_HEADER_BYTES, length);
  }

  private checkHeader(page: Buffer, number: number): void {
    if (readNumber(page, 0) !== number) throw broken(`page ${number} says that it is another`);
    this.checkAge(readNumber(page, 8));
  }

  /** LMDB takes a page of a later transaction for one that it has in memory. */
  private checkAge(transaction: number): void {
    if (transaction > this.newest) throw broken('a page is of a transaction that has not been');
  }
}

function nodesOf(page: Buffer, number: number): Node[] {
  const lower = page.readUInt16LE(20);
  const upper = page.readUInt16LE(22);
  const space = page.length - PAGE_HEADER_BYTES;
  if (lower > upper || upper > space || lower % 2 !== 0) throw broken(`page ${number} has no sound bounds`);
  return Array.from({ length: lower / 2 }, (_, index) => {
    const offset = page.readUInt16LE(PAGE_HEADER_BYTES + 2 * index);
    if (offset < upper || offset + NODE_HEADER_BYTES > space)
      throw broken(`page ${number} has no sound entry`);
    return nodeAt(page, PAGE_HEADER_BYTES + offset);
  });
}

function nodeAt(page: Buffer, start: number): Node {
  const keyStart = start + NODE_HEADER_BYTES;
  const data = keyStart + page.readUInt16LE(start + 6);
  if (data > page.length) throw broken('a key ends past its page');
  return {
    key: page.subarray(keyStart, data),
    flags: page.readUInt16LE(start + 4),
    low: page.readUInt32LE(start),
    data,
  };
}
