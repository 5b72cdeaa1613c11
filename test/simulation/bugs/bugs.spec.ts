import { describe, expect, it } from '@jest/globals';
import { planOf } from '../plan.js';
import { run, UNDECIDED } from '../run.js';
import { isReplay } from '../seeds.js';
import { BUGS } from './bugs.js';
import { COPY_BUGS } from './copy-bugs.js';
import { planting, type Bug } from './planted.js';

const MOST_SEEDS = 300;
/** A promise, or a rule of the core, that was broken. A bug that ends the run in another way hides what it would do. */
const FINDINGS: ReadonlySet<string> = new Set(['Violation', 'BrokenInvariant']);

/** The first seed that finds the bug; null when none of them does. */
function seedThatFinds(bug: Bug): number | null {
  const { from = 1 } = bug;
  for (let seed = from; seed < from + MOST_SEEDS; seed++) {
    const { failure } = run(planOf(seed, bug.plan), { makeCore: planting(bug) });
    if (failure !== null && !failure.message.startsWith(UNDECIDED))
      return FINDINGS.has(failure.name) ? seed : null;
  }
  return null;
}

(isReplay ? describe.skip : describe)('a replica that', () => {
  it.each([...BUGS, ...COPY_BUGS].map((bug) => [bug.name, bug] as const))('%s is found out', (_, bug) => {
    expect(seedThatFinds(bug)).not.toBeNull();
  });
});
