import { expect, it } from '@jest/globals';

import { Standstill } from './standstill.js';

function watched(): { standstill: Standstill; told: string[] } {
  const told: string[] = [];
  return { told, standstill: new Standstill({ warn: (line: string) => told.push(line) }) };
}

const choosing = { phase: 'member', choosing: true } as const;
const well = { phase: 'member', choosing: false } as const;

it('says nothing of a view that is chosen in time', () => {
  const { standstill, told } = watched();
  for (const now of [0, 4_000]) standstill.look(choosing, now);
  standstill.look(well, 4_500);
  standstill.look(choosing, 6_000);
  expect(told).toEqual([]);
});

it('tells once a minute that too few members can be reached', () => {
  const { standstill, told } = watched();
  for (const now of [0, 5_000, 6_000, 64_000, 65_000]) standstill.look(choosing, now);
  expect(told).toHaveLength(2);
  expect(told[0]).toMatch(/^Too few members can be reached, .*POST \/ring\/adopt/);
});

it('tells anew after it went on', () => {
  const { standstill, told } = watched();
  for (const [status, now] of [
    [choosing, 0],
    [choosing, 5_000],
    [well, 6_000],
    [choosing, 7_000],
    [choosing, 12_000],
  ] as const)
    standstill.look(status, now);
  expect(told).toHaveLength(2);
});

it('tells whom it waits for when it comes back', () => {
  const { standstill, told } = watched();
  for (const now of [0, 5_000]) standstill.look({ phase: 'returning', choosing: false }, now);
  expect(told).toEqual([expect.stringMatching(/^It still waits for the others that it knew/)]);
});
