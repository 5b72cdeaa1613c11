import { describe, expect, it } from '@jest/globals';
import { planOf } from './plan.js';
import { run } from './run.js';
import { isReplay } from './seeds.js';

const SEEDS = 20;

(isReplay ? describe.skip : describe)('Ten servers that join one at once', () => {
  it.each([false, true])('all get in, also over faults, with disks: %s', (durable) => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const faults = seed % 2 === 0 ? ([] as const) : (['crash', 'trap', 'stall'] as const);
      const plan = planOf(seed, { servers: 11, late: 10, durable, faults, faultCount: faults.length });
      expect(run(plan).failure?.message ?? '').toBe('');
    }
  });
});
