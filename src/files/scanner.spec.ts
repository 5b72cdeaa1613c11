import { existsSync, renameSync, rmSync, symlinkSync } from 'node:fs';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { type Directory, openDirectory } from './directory.js';
import { LeftOut } from './left-out.js';
import { Scanner } from './scanner.js';
import { Temporary } from './testing/temporary.js';

const PART = '.ringlet-0123456789ab.part';

let place: Temporary;
let directory: Directory;
let scanner: Scanner | undefined;
let found: string[];
let scans: string[][];
let unders: string[];

beforeEach(async () => {
  place = new Temporary();
  directory = await openDirectory(place.root);
  [found, scans, unders] = [[], [], []];
});
afterEach(() => {
  scanner?.close();
  place.remove();
});

function make(isWritable = false): Scanner {
  const logger = { warn: () => undefined };
  const host = {
    found: (key: string) => void found.push(key),
    scanned: (keys: ReadonlySet<string>, under: string) => {
      scans.push([...keys].toSorted());
      unders.push(under);
    },
  };
  return (scanner = new Scanner(directory, host, new LeftOut(logger), logger, isWritable));
}

async function until(holds: () => boolean, laterMs = 0): Promise<void> {
  for (let looks = 0; !holds(); looks++) {
    if (looks === 500) throw new Error('it did not come to pass');
    scanner!.tick(performance.now() + laterMs);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

it('finds all files, and then what is new', async () => {
  place.write('a/b', 'x');
  place.write('c', 'x');
  make();
  expect(scanner!.isSettled).toBe(false);
  await until(() => scanner!.isSettled);
  expect([found.toSorted(), scans]).toEqual([['a/b', 'c'], [['a/b', 'c']]]);
  place.write('a/d', 'x');
  await until(() => found.includes('a/d'));
  expect(scans).toHaveLength(1);
});

it('walks again soon when there is a new directory, and else after a minute', async () => {
  make();
  await until(() => scanner!.isSettled);
  place.write('new/file', 'x');
  await until(() => found.includes('new/file'));
  const count = scans.length;
  await until(() => scanner!.isSettled);
  await until(() => scans.length > count, 60_000);
  expect(scans.at(-1)).toEqual(['new/file']);
});

/** Walks that are due long before that through everything. */
const SOON_MS = 5_000;

it('walks through a directory that is new, gone or another one, and through nothing else', async () => {
  for (const key of ['a/b/c', 'd/e', 'f']) place.write(key, 'x');
  make();
  await until(() => scanner!.isSettled);
  found.length = scans.length = 0;
  place.write('new/one/x', 'x');
  await until(() => scans.length === 1, SOON_MS);
  expect([found, scans, unders.at(-1)]).toEqual([['new/one/x'], [['new/one/x']], 'new']);
  place.write('new/one/y', 'x');
  await until(() => found.includes('new/one/y'), SOON_MS);
  rmSync(place.path('a'), { recursive: true });
  await until(() => unders.includes('a'), SOON_MS);
  renameSync(place.path('new'), place.path('a'));
  await until(() => found.includes('a/one/y'), SOON_MS);
  expect(found).not.toContain('d/e');
});

it('walks again soon when what is shared is not there', async () => {
  place.write('a', 'x');
  make();
  await until(() => scanner!.isSettled);
  rmSync(place.root, { recursive: true });
  await until(() => scans.at(-1)!.length === 0);
  place.write('b', 'x');
  await until(() => scans.at(-1)!.includes('b'), 2 * SOON_MS);
  const count = scans.length;
  place.write('c', 'x');
  await until(() => found.includes('c'));
  expect(scans).toHaveLength(count);
});

it('does not walk through what a directory that has become a link leads to', async () => {
  place.write('a/secret', 'x');
  make();
  await until(() => scanner!.isSettled);
  found.length = 0;
  renameSync(place.path('a'), place.path('b'));
  symlinkSync(place.outside, place.path('a'));
  await until(() => found.includes('b/secret') && unders.includes('a'), SOON_MS);
  expect(found).toContain('a');
  expect(found).not.toContain('a/secret');
});

it.each([
  [true, false],
  [false, true],
])(
  'passes over what was being written, and removes it at first when it may: %s',
  async (isWritable, isThere) => {
    place.write(PART, 'x');
    place.write(`d/${PART}`, 'x');
    make(isWritable);
    await until(() => scanner!.isSettled);
    expect(scans).toEqual([[]]);
    expect([PART, `d/${PART}`].map((key) => existsSync(place.path(key)))).toEqual([isThere, isThere]);
    place.write(PART, 'x');
    place.write('other', 'x');
    await until(() => found.includes('other'));
    expect(found).toEqual(['other']);
  },
);

it('ends a walk when it is closed', async () => {
  for (let number = 0; number < 20; number++) place.write(`d${number}/f`, 'x');
  make();
  scanner!.tick(performance.now());
  scanner!.close();
  while (scanner!.isWalking) await new Promise(setImmediate);
  expect([found, scans]).toEqual([[], []]);
});

it('tells nothing of a walk that comes to its end when it is closed', async () => {
  place.write('last', 'x');
  make();
  const { length } = found;
  scanner!.tick(performance.now());
  while (found.length === length) await new Promise(setImmediate);
  scanner!.close();
  while (scanner!.isWalking) await new Promise(setImmediate);
  expect([found, scans]).toEqual([['last'], []]);
});
