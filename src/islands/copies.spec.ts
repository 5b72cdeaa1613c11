import { expect, test } from '@jest/globals';

import { Copies, type Copy } from './copies.js';
import { headOf } from './testing/heads.js';

const copyOf = (bytes: number, checkedAt = 0): Copy => ({
  island: { id: '00000000000a', name: 'north' },
  head: headOf({ size: bytes }),
  body: Buffer.alloc(bytes),
  checkedAt,
});

test('a copy is fresh for a second after it was checked', () => {
  let now = 0;
  const copies = new Copies(10_000, () => now);
  const copy = copyOf(1);
  copies.keep('a', copy);
  now = 999;
  expect(copies.isFresh(copies.get('a')!)).toBe(true);
  now = 1000;
  expect(copies.isFresh(copy)).toBe(false);
  copy.checkedAt = now;
  expect(copies.isFresh(copy)).toBe(true);
});

test('what was not read for longest goes when there is no room, and all is accounted for', () => {
  const copies = new Copies(10_000, () => 0);
  for (const key of ['a', 'b', 'c']) copies.keep(key, copyOf(2_000));
  copies.get('a');
  copies.keep('d', copyOf(2_000));
  expect(['a', 'b', 'c', 'd'].filter((key) => copies.get(key) !== undefined)).toEqual(['a', 'c', 'd']);
  copies.keep('a', copyOf(10));
  for (const key of ['a', 'c', 'd', 'd']) copies.drop(key);
  expect(copies.bytes).toBe(0);
});

test('one that is too large for all the room is not kept', () => {
  const copies = new Copies(1_000, () => 0);
  copies.keep('a', copyOf(1_000));
  expect([copies.get('a'), copies.bytes]).toEqual([undefined, 0]);
});
