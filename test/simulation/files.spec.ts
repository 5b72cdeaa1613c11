import { describe, expect, it } from '@jest/globals';
import { FILE_BUGS } from './bugs/file-bugs.js';
import { planting } from './bugs/planted.js';
import { AMPLE_MEMORY_BYTES, planOf } from './plan.js';
import { run, UNDECIDED, type RunOptions } from './run.js';
import { isReplay, setting } from './seeds.js';

const SEEDS = setting('RINGLET_SIM_FILE_SEEDS', 50);

/** Why this seed fails; null when it does not, or is undecided. */
function failureOf(seed: number, durable: boolean, options: RunOptions = {}): string | null {
  const { failure } = run(
    planOf(seed, { files: true, durable, memoryLimitBytes: AMPLE_MEMORY_BYTES }),
    options,
  );
  return failure === null || failure.message.startsWith(UNDECIDED) ? null : failure.message;
}

(isReplay ? describe.skip : describe)('Servers that share directories', () => {
  it.each([
    ['without disks', false],
    ['with disks', true],
  ])('%s: every promise is kept', (_, durable) => {
    const failures: string[] = [];
    for (let seed = 1; seed <= SEEDS && failures.length < 5; seed++) {
      const failure = failureOf(seed, durable);
      if (failure !== null) failures.push(`seed ${seed}: ${failure}`);
    }
    expect(failures).toEqual([]);
  });

  it.each(FILE_BUGS.map((bug) => [bug.name, bug] as const))('a replica that %s is found out', (_, bug) => {
    const seeds = Array.from({ length: SEEDS }, (_one, index) => index + 1);
    expect(seeds.some((seed) => failureOf(seed, false, { makeCore: planting(bug) }) !== null)).toBe(true);
  });
});
