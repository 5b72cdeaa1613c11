import { expect, it } from '@jest/globals';

import { type Status, type View, ORDINARY } from '../replication/index.js';
import { isOfUse, sightingOf, standingOf } from './portrait.js';
import { SIGHTING } from './testing/field.js';

const server = (id: number) => ({
  id,
  name: `s${id}`,
  url: `http://s${id}`,
  ring: `r${id}:1`,
  priority: id,
  durable: false,
  ...ORDINARY,
  was: 0,
});
const viewOf = (...ids: number[]) => ({ members: ids.map(server) }) as unknown as View;

function place(change: Partial<Status>): Status {
  return { phase: 'member', self: server(1), view: viewOf(1), ringId: 7, watermark: 0, ...change } as Status;
}

it.each([
  [{ phase: 'joining', view: null, ringId: 0 }, 'seeking', 'seeking', false],
  [{ phase: 'returning', view: null }, 'returning', 'returning', false],
  [{}, 'member', 'alone', true],
  [{ view: viewOf(1, 2) }, 'member', 'leading', true],
  [{ view: viewOf(2, 1) }, 'member', 'following', false],
] as const)('%j is told as %s, and asks as one that is %s', (change, state, standing, isPrimary) => {
  expect(sightingOf('r', place(change))).toMatchObject({
    ring: 'r',
    name: 's1',
    address: 'r1:1',
    state,
    isPrimary,
  });
  expect(standingOf(place(change))).toBe(standing);
});

it('who has left tells nothing', () => {
  expect([sightingOf('r', place({ phase: 'left' })), standingOf(place({ phase: 'left' }))]).toEqual([
    null,
    null,
  ]);
});

it('a ring is empty until something is committed', () => {
  expect(sightingOf('r', place({}))!.isEmpty).toBe(true);
  expect(sightingOf('r', place({ watermark: 1 }))!.isEmpty).toBe(false);
});

it.each([
  ['member', 'joining', 0, true],
  ['member', 'returning', 7, true],
  ['member', 'member', 8, true],
  ['seeking', 'joining', 0, false],
  ['seeking', 'returning', 7, false],
  ['returning', 'joining', 0, false],
  ['returning', 'returning', 7, true],
  ['returning', 'returning', 8, false],
] as const)('one that is %s is of use to one that is %s, of ring %j: %j', (state, phase, ringId, isUse) => {
  expect(isOfUse({ ...SIGHTING, state }, { phase, ringId })).toBe(isUse);
});
