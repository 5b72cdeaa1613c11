import { broken } from './broken.js';

/*
 * The bytes of LMDB's file as the pinned release of lmdb-js writes it (`mdb.c`: MDB_page, MDB_node, MDB_db, MDB_meta), on a
 * machine of 64 bits and little endian. A page begins with its number, the transaction that wrote it, its kind, and how much of
 * it is used; a tree is described by 48 bytes, its header.
 */
export const PAGE_HEADER_BYTES = 24;
export const NODE_HEADER_BYTES = 8;
export const TREE_HEADER_BYTES = 48;
export const META_PAGES = 2;

export const PageKind = { branch: 1, leaf: 2, overflow: 4, meta: 8 } as const;
export const NodeFlag = { overflow: 1, tree: 2 } as const;

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
/** No page, transaction or count of a sound file is larger. */
const MAX_NUMBER = 2n ** 48n;

export interface TreeHeader {
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  /** null for an empty tree */
  readonly root: number | null;
}

export interface Meta {
  readonly pageBytes: number;
  readonly mapBytes: number;
  readonly free: TreeHeader;
  readonly main: TreeHeader;
  readonly lastPage: number;
  readonly transaction: number;
}

export function readNumber(bytes: Buffer, offset: number): number {
  const value = bytes.readBigUInt64LE(offset);
  if (value > MAX_NUMBER) throw broken(`a number of ${value} cannot be`);
  return Number(value);
}

export function readTreeHeader(bytes: Buffer, offset: number): TreeHeader {
  return {
    depth: bytes.readUInt16LE(offset + 6),
    branchPages: readNumber(bytes, offset + 8),
    leafPages: readNumber(bytes, offset + 16),
    overflowPages: readNumber(bytes, offset + 24),
    entries: readNumber(bytes, offset + 32),
    root: bytes.readBigUInt64LE(offset + 40) === NO_PAGE ? null : readNumber(bytes, offset + 40),
  };
}

/** @param page one of the two first pages */
export function readMeta(page: Buffer): Meta {
  if (page.readUInt16LE(18) !== PageKind.meta) throw broken('a meta page is of another kind');
  if (page.readUInt32LE(24) !== MAGIC) throw broken('it is no file of LMDB');
  if ((page.readUInt32LE(28) & 0xffff) !== DATA_VERSION) throw broken('it is of another version of LMDB');
  return {
    pageBytes: page.readUInt32LE(48),
    mapBytes: readNumber(page, 40),
    free: readTreeHeader(page, 48),
    main: readTreeHeader(page, 96),
    lastPage: readNumber(page, 144),
    transaction: readNumber(page, 152),
  };
}
