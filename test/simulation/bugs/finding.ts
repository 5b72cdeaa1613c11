import { planOf } from '../plan.js';
import { run } from '../run.js';
import { isUndecided } from '../seeds.js';
import { BUGS } from './bugs.js';
import { COPY_BUGS } from './copy-bugs.js';
import { planting } from './planted.js';

const MOST_SEEDS = 300;
/** A promise, or a rule of the core, that was broken. A bug that ends the run in another way hides what it would do. */
const FINDINGS: ReadonlySet<string> = new Set(['Violation', 'BrokenInvariant']);

export const PLANTED = [...BUGS, ...COPY_BUGS];

/** The first seed that finds the bug of this name; null when none of them does. */
export function seedThatFinds(name: string): number | null {
  const bug = PLANTED.find((one) => one.name === name)!;
  const { from = 1 } = bug;
  for (let seed = from; seed < from + MOST_SEEDS; seed++) {
    const verdict = run(planOf(seed, bug.plan), { makeCore: planting(bug) });
    if (verdict.failure !== null && !isUndecided(verdict))
      return FINDINGS.has(verdict.failure.name) ? seed : null;
  }
  return null;
}
