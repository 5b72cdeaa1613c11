import { describe, expect, it } from '@jest/globals';
import { planOf, type Plan } from './plan.js';
import { run } from './run.js';
import { isReplay } from './seeds.js';

const SPLITS: Partial<Plan> = {
  durable: false,
  policy: 'available',
  faults: ['isolation', 'partition', 'cut', 'one-way-cut'],
  faultCount: 6,
};
const DISKS: Partial<Plan> = { durable: true };

/** Seeds above those that always run, or of harsher mixes, that found something once. */
const FOUND: readonly (readonly [what: string, seed: number, changes: Partial<Plan>])[] = [
  ['asks nobody over a connection that it has for another reason', 92, {}],
  ['drops the tombstones of what it deleted apart', 21, SPLITS],
  ['waits for an usher that has turned to others', 200, SPLITS],
  ['loses a lap behind a newcomer', 384, SPLITS],
  ['keeps its seat alone while all others went on without it', 830, SPLITS],
  ['gives itself up for a ring that gave itself up for it', 1034, SPLITS],
  ['gives two views the same name', 430_551, SPLITS],
  ['loses a deletion that was needless on a side that lost, too', 500_481, SPLITS],
  ['takes the way back of a lap for its beginning', 235, {}],
  ['does not enter the view that it came back for', 8, DISKS],
  ['does not know itself in a view of its life before', 41, DISKS],
  ['takes an answer about the view before for one about this view', 141, DISKS],
  ['drops the only body that there is', 917, DISKS],
  ['forgets that its disk is damaged', 939, DISKS],
  ['hands a lap to itself', 6_543, DISKS],
  ['stays apart from a view that it has accepted', 11_260, DISKS],
  ['serves an empty body that is on the disk only', 102_211, {}],
  ['keeps a newcomer waiting that it has given up', 60_177, SPLITS],
  ['sends as not committed what the newcomer has committed', 200_697, DISKS],
  [
    'vouches for a newcomer that it has lost',
    5010,
    { ...DISKS, faults: ['leave', 'leave', 'crash', 'cut'], faultCount: 8 },
  ],
  ['begins in a view before it has all of its state', 349, {}],
  [
    'is taken to speak for the lineage when it has just come over to it',
    5058,
    { disaster: true, policy: 'available' },
  ],
  [
    'is expected to have what only one has that it cannot reach',
    5163,
    { replicas: 2, memoryLimitBytes: 2000, uploadChance: 0.5, durable: false },
  ],
  ['is expected to have what a holder has that is not back yet', 60_375, { replicas: 2 }],
  [
    'waits for the rest of a body that its source can read no more',
    7_200_343,
    { ...DISKS, replicas: 2, files: true },
  ],
];

(isReplay ? describe.skip : describe)('A server no more', () => {
  it.each(FOUND)('%s (seed %d)', (_, seed, changes) => {
    expect(run(planOf(seed, changes)).failure?.message ?? '').toBe('');
  });
});
