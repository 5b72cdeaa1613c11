import { expect, it } from '@jest/globals';

import { SETTLE_MS, Settling } from './settling.js';

const WALL = 1_000_000;
const stamp = (changes = {}) => ({ size: 1, modifiedMs: WALL, changedMs: WALL, inode: 1, ...changes });

it('takes a file for complete that was written some time ago', () => {
  const settling = new Settling();
  expect(settling.isSettled('f', stamp(), WALL + SETTLE_MS - 1, 0)).toBe(false);
  expect(settling.isSettled('f', stamp(), WALL + SETTLE_MS, 0)).toBe(true);
  const renamed = stamp({ modifiedMs: 0 });
  expect(settling.isSettled('f', renamed, WALL + 1, 0)).toBe(false);
});

it('needs no clock that is right', () => {
  const settling = new Settling();
  const future = stamp({ modifiedMs: WALL + 3_600_000 });
  expect(settling.isSettled('f', future, WALL, 0)).toBe(false);
  expect(settling.isSettled('f', future, WALL, SETTLE_MS - 1)).toBe(false);
  expect(settling.isSettled('f', future, WALL, SETTLE_MS)).toBe(true);
});

it('begins anew with each change, of its size alone as well', () => {
  const settling = new Settling();
  const future = { modifiedMs: WALL + 3_600_000 };
  settling.isSettled('f', stamp(future), WALL, 0);
  expect(settling.isSettled('f', stamp({ ...future, size: 2 }), WALL, SETTLE_MS)).toBe(false);
  expect(settling.isSettled('f', stamp({ ...future, size: 2 }), WALL, 2 * SETTLE_MS - 1)).toBe(false);
  settling.forget('f');
  expect(settling.isSettled('f', stamp({ ...future, size: 2 }), WALL, 2 * SETTLE_MS)).toBe(false);
});

it('leaves a file alone that changed while it was read, the longer that took', () => {
  const settling = new Settling();
  const isSettled = (now: number) => settling.isSettled('f', stamp(), WALL + 60_000, now);
  settling.changed('f', 1_000, 2_000);
  expect([1_000, 8_999, 9_000].map(isSettled)).toEqual([false, false, true]);
  settling.changed('f', 9_000, 2_000);
  settling.forget('f');
  expect(isSettled(9_001)).toBe(true);
});
