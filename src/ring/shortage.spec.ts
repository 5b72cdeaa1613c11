import { expect, it } from '@jest/globals';

import type { Status } from '../replication/index.js';
import { Shortage } from './shortage.js';

const self = { id: 1 } as Status['self'];
const view = (primary: number) =>
  ({ members: [{ id: primary }, { id: 3 - primary }] }) as unknown as Status['view'];

function watched() {
  const told: string[] = [];
  const tell = (line: string) => void told.push(line);
  const shortage = new Shortage({ log: tell, warn: tell });
  const look = (copiesAway: number, now: number, primary = 1) =>
    shortage.look({ self, view: view(primary), copiesAway }, now);
  return { told, look };
}

it('says nothing of copies that are soon back, nor at others than the primary', () => {
  const { told, look } = watched();
  for (const [copies, now] of [
    [5, 0],
    [5, 1_999],
    [0, 2_000],
    [0, 9_000],
  ] as const)
    look(copies, now);
  for (const now of [10_000, 20_000]) look(5, now, 2);
  expect(told).toEqual([]);
});

it('tells how many copies are away, as long as that changes, and when none is any more', () => {
  const { told, look } = watched();
  for (const now of [0, 2_000, 3_000]) look(812, now);
  look(500, 11_999);
  look(400, 12_000);
  for (const now of [22_000, 90_000]) look(400, now);
  look(0, 90_100);
  look(0, 90_200);
  expect(told).toEqual([
    expect.stringMatching(/^812 copies are at servers that are not in the ring; others take their place/),
    expect.stringMatching(/^400 copies /),
    'No copies are away any more',
  ]);
});
