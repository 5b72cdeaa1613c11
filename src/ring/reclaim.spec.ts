import { expect, it } from '@jest/globals';

import { Reclaim } from './reclaim.js';

const MIB = 2 ** 20;

it('collects once when a lot has gone, and not while little goes', () => {
  let collections = 0;
  const reclaim = new Reclaim(() => collections++);
  for (const bytes of [0, 100 * MIB, 60 * MIB, 300 * MIB]) reclaim.look(bytes);
  expect(collections).toBe(0);
  for (const bytes of [100 * MIB, 100 * MIB, 50 * MIB]) reclaim.look(bytes);
  expect(collections).toBe(1);
  reclaim.look(0);
  expect(collections).toBe(2);
});
