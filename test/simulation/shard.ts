import { expect, it } from '@jest/globals';
import { writeSync } from 'node:fs';
import { isReplay, report, setting } from './seeds.js';
import { useSimulator } from './use-simulator.js';

const SHARDS = 2;
const DEFAULT_SEEDS = 1_000;
const STANDARD_ERROR = 2;
/** The share of histories that the checker may give up on. */
const MOST_UNDECIDED = 0.001;

/** One of the halves into which the seeds are cut, so that two cores work. None when one seed is replayed. */
export function shard(index: number): void {
  const seeds = setting('RINGLET_SIM_SEEDS', DEFAULT_SEEDS) / SHARDS;
  const first = setting('RINGLET_SIM_FIRST', 1) + index * Math.ceil(seeds);
  const count = Math.ceil(seeds);
  const simulator = useSimulator();
  (isReplay ? it.skip : it)(`keeps every promise in seeds ${first} to ${first + count - 1}`, async () => {
    const tally = await simulator.call('runSeeds', first, count);
    const { undecided, seedsPerSecond } = tally;
    const without = undecided.length === 0 ? '' : `, undecided: ${undecided.join(', ')}`;
    writeSync(STANDARD_ERROR, `simulation: ${seedsPerSecond.toFixed(0)} seeds/s${without}\n`);
    expect(report(tally)).toBe('');
    expect(undecided.length).toBeLessThanOrEqual(Math.ceil(count * MOST_UNDECIDED));
  });
}
