import { expect, it } from '@jest/globals';

import { PieceCache } from './piece-cache.js';

const KIB = 1024;

/** Counts how often each piece is read. */
class Shelf {
  readonly read: string[] = [];
  bytes: number | null = KIB;

  readonly reader = (name: string) => async () => {
    this.read.push(name);
    await Promise.resolve();
    return this.bytes === null ? null : new Uint8Array(this.bytes);
  };

  get(cache: PieceCache, name: string): Promise<Uint8Array | null> {
    return cache.get(name, this.reader(name));
  }
}

it('reads once what many ask for at once, and later nothing', async () => {
  const [shelf, cache] = [new Shelf(), new PieceCache(100 * KIB)];
  const all = await Promise.all(Array.from({ length: 200 }, () => shelf.get(cache, 'a')));
  expect(new Set(all).size).toBe(1);
  expect(await shelf.get(cache, 'a')).toBe(all[0]);
  expect(shelf.read).toEqual(['a']);
});

it('lets go of what was asked for longest ago', async () => {
  const [shelf, cache] = [new Shelf(), new PieceCache(5 * KIB)];
  for (const name of ['a', 'b', 'c', 'a', 'd', 'a', 'b']) await shelf.get(cache, name);
  expect(shelf.read).toEqual(['a', 'b', 'c', 'd', 'b']);
});

it('keeps no more than it may, however small or large the pieces are', async () => {
  const [shelf, cache] = [new Shelf(), new PieceCache(5 * KIB)];
  shelf.bytes = 0;
  for (let index = 0; index < 20; index++) await shelf.get(cache, `${index}`);
  await shelf.get(cache, '0');
  expect(shelf.read).toHaveLength(21);
  shelf.bytes = 6 * KIB;
  for (let count = 0; count < 2; count++) await shelf.get(cache, 'large');
  expect(shelf.read.filter((name) => name === 'large')).toHaveLength(2);
  await shelf.get(cache, '0');
  expect(shelf.read).toHaveLength(23);
});

it('reads again what was not there, or could not be read', async () => {
  const [shelf, cache] = [new Shelf(), new PieceCache(5 * KIB)];
  shelf.bytes = null;
  expect(await shelf.get(cache, 'a')).toBeNull();
  await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  shelf.bytes = KIB;
  expect((await shelf.get(cache, 'a'))!.length).toBe(KIB);
});
