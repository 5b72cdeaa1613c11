import { expect, it } from '@jest/globals';

import { Crowding } from './crowding.js';

const LIMIT = 64 * 2 ** 20;

it('is told when there is more than the limit, once a minute', () => {
  const told: string[] = [];
  const crowding = new Crowding({ warn: (line: string) => told.push(line) }, LIMIT);
  crowding.look(LIMIT + 300, false, 0);
  expect(told).toEqual([]);
  for (const now of [1, 59_000, 60_001]) crowding.look(10 * LIMIT, false, now);
  expect(told).toHaveLength(2);
  expect(told[0]).toMatch(/^The objects take 640MiB, more than the MEMORY_LIMIT=64MiB of this server/);
});

it('is told with a disk only when what leaves for it does not help', () => {
  const told: string[] = [];
  const crowding = new Crowding({ warn: (line: string) => told.push(line) }, LIMIT);
  for (const now of [0, 9_000]) crowding.look(10 * LIMIT, true, now);
  crowding.look(LIMIT, true, 10_000);
  for (const now of [11_000, 20_000]) crowding.look(10 * LIMIT, true, now);
  expect(told).toEqual([]);
  crowding.look(10 * LIMIT, true, 21_000);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(
    /^The objects take 640MiB of memory, .* though their bodies may leave it for the disk/,
  );
});

it('is told when the disk is full, once a minute', () => {
  const told: string[] = [];
  const crowding = new Crowding({ warn: (line: string) => told.push(line) }, LIMIT);
  crowding.lookAtDisk(null, 0);
  crowding.lookAtDisk(LIMIT, 0);
  expect(told).toEqual([]);
  for (const now of [1, 59_000, 60_001]) crowding.lookAtDisk(300, now);
  expect(told).toHaveLength(2);
  expect(told[0]).toMatch(/^The disk of DATA_DIR is full/);
});
