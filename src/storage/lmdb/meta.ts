import { fstatSync, readSync } from 'node:fs';

import { broken } from './broken.js';
import { META_PAGES, readMeta, type Meta } from './layout.js';

/** Bytes of a meta page that mean something. */
const META_BYTES = 168;
const MIN_PAGE_BYTES = 4096;
const MAX_PAGE_BYTES = 65_536;
/** More than the address space of a process has. */
const MAX_MAP_BYTES = 2 ** 46;

/**
 * The newest state of the file. Transaction n writes meta page n % 2, so that of a sound pair one is the other's next:
 * this tells a meta page with a flipped bit, which has no checksum, from an older state that would be read in its place.
 * Without fsync a power cut may break the rule too; what follows it is not to be relied on then, either.
 */
export function newestMeta(file: number): Meta {
  const first = metaAt(file, 0);
  checkMeta(first);
  const second = metaAt(file, first.pageBytes);
  checkMeta(second);
  if (first.pageBytes !== second.pageBytes) throw broken('its meta pages disagree on the size of a page');
  checkPair(first.transaction, second.transaction);
  const newest = first.transaction >= second.transaction ? first : second;
  if (newest.mapBytes > MAX_MAP_BYTES) throw broken('its map is larger than memory can be');
  return newest;
}

function checkPair(first: number, second: number): void {
  if (first === 0 && second === 0) return;
  if (first % 2 !== 0 || Math.abs(first - second) !== 1) throw broken('its meta pages are not a pair');
}

function checkMeta({ pageBytes, lastPage }: Meta): void {
  const isPower = (pageBytes & (pageBytes - 1)) === 0;
  if (pageBytes < MIN_PAGE_BYTES || pageBytes > MAX_PAGE_BYTES || !isPower) {
    throw broken('its pages have a size that cannot be');
  }
  if (lastPage < META_PAGES - 1) throw broken('its last page cannot be');
}

function metaAt(file: number, start: number): Meta {
  const page = Buffer.alloc(META_BYTES);
  if (fstatSync(file).size < start + META_BYTES || readSync(file, page, 0, META_BYTES, start) < META_BYTES) {
    throw broken('it ends before its meta pages do');
  }
  return readMeta(page);
}
