/*
 * Reads LMDB's file without LMDB. LMDB maps its file and trusts it: a flipped bit in a page ends the process, or makes it
 * write over what it should keep, and a file that was cut off raises SIGBUS. So before LMDB maps a file, and in the pass in
 * which the records are read anyway, this reader checks everything that LMDB relies on: it walks every tree, compares it
 * with the counts in its header (which LMDB keeps in the same transaction), and accounts for each page of the file, in use or
 * free. A child process that has LMDB walk the file would need a second pass, and would not see the list of free pages.
 *
 * It does not check values, which have checksums of their own, nor what no page in use refers to. It knows only the form that
 * the pinned release of lmdb-js writes; a spec compares the two, so that another release does not pass unnoticed.
 */
import { closeSync, openSync } from 'node:fs';

import { broken, BrokenDatabase } from './broken.js';
import { compareTransactions, takeFreePages } from './free-pages.js';
import { readTreeHeader, TREE_HEADER_BYTES, type Meta, type TreeHeader } from './layout.js';
import { newestMeta } from './meta.js';
import { Pages } from './pages.js';
import { UsedPages } from './used-pages.js';
import { Walk } from './walk.js';

/** Called with each entry of a tree, in the order of keys. The buffers are of no worth after the call. */
export type VisitEntry<Tree extends string> = (tree: Tree, key: Buffer, value: Buffer) => void;

/**
 * @param trees the names of the trees that there may be; others break the file
 * @throws BrokenDatabase when LMDB must not open the file; some entries may have been visited
 */
export function readDatabase<Tree extends string>(
  path: string,
  trees: readonly Tree[],
  visit: VisitEntry<Tree>,
): void {
  const file = openSync(path, 'r');
  try {
    readOpened(file, trees, visit);
  } catch (error) {
    // A length or an offset that leads out of a page is no less broken for having been noticed by Node.
    if (error instanceof RangeError) throw broken(error.message);
    throw error;
  } finally {
    closeSync(file);
  }
}

function readOpened<Tree extends string>(
  file: number,
  trees: readonly Tree[],
  visit: VisitEntry<Tree>,
): void {
  const meta = newestMeta(file);
  const newest = meta.transaction;
  const pages = new Pages(file, meta.pageBytes);
  const used = new UsedPages(totalPages(meta));
  const headers = new Map<string, TreeHeader>();
  const visitMain = (key: Buffer, value: Buffer, isTree: boolean) => {
    if (!isTree || value.length !== TREE_HEADER_BYTES) throw broken('there is a value outside of the trees');
    headers.set(nameOf(key), readTreeHeader(value, 0));
  };
  new Walk(pages, used, newest, visitMain).run(meta.main);
  checkNames([...headers.keys()], trees);
  for (const tree of trees) {
    const header = headers.get(tree);
    const visitTree = (key: Buffer, value: Buffer) => visit(tree, key, value);
    if (header !== undefined) new Walk(pages, used, newest, visitTree).run(header);
  }
  new Walk(pages, used, newest, (_, value) => takeFreePages(value, used), compareTransactions).run(meta.free);
  used.finish();
}

/** Bounded, as a bit for each page is kept. */
function totalPages({ lastPage, mapBytes, pageBytes }: Meta): number {
  if ((lastPage + 1) * pageBytes > mapBytes) throw broken('it has more pages than its map');
  return lastPage + 1;
}

/** There are all or, in a file that was just made, none. */
function checkNames(names: readonly string[], trees: readonly string[]): void {
  const isKnown = names.every((name) => trees.includes(name));
  if (!isKnown || (names.length > 0 && names.length < trees.length)) throw broken('it has other trees');
}

/** lmdb-js ends the names with a zero byte. */
function nameOf(key: Buffer): string {
  return key.toString('latin1').replace(/\0$/, '');
}

export { BrokenDatabase };
