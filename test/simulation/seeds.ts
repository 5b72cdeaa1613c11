import { planOf, type Plan } from './plan.js';
import { run, UNDECIDED, type RunOptions, type Verdict } from './run.js';
import { Violation } from './violation.js';

export interface Tally {
  readonly failures: readonly Verdict[];
  /** Seeds whose history was too entangled for the checker: neither a pass nor a finding. */
  readonly undecided: readonly number[];
  readonly outcomes: ReadonlyMap<string, number>;
  /** Of processor time, so that a busy machine does not blur it. */
  readonly seedsPerSecond: number;
}

/** Enough to look at; a broken rule breaks many seeds. */
const MOST_FAILURES = 5;

export function runSeeds(first: number, count: number, options: RunOptions = {}): Tally {
  const failures: Verdict[] = [];
  const undecided: number[] = [];
  const outcomes = new Map<string, number>();
  const before = process.cpuUsage().user;
  let ran = 0;
  for (; ran < count && failures.length < MOST_FAILURES; ran++) {
    const verdict = run(planOf(first + ran), options);
    if (isUndecided(verdict)) undecided.push(verdict.seed);
    else if (verdict.failure !== null) failures.push(verdict);
    for (const [kind, times] of verdict.outcomes) outcomes.set(kind, (outcomes.get(kind) ?? 0) + times);
  }
  return {
    failures,
    undecided,
    outcomes,
    seedsPerSecond: (ran * 1_000_000) / (process.cpuUsage().user - before),
  };
}

interface Search extends RunOptions {
  /** How many failures are enough. */
  readonly most?: number;
}

/** The seeds of the first so many, with these changes to their plans, that show a promise broken. */
export function failuresWith(
  seeds: number,
  changes: Partial<Plan>,
  { most = MOST_FAILURES, ...options }: Search = {},
): string[] {
  const failures: string[] = [];
  for (let seed = 1; seed <= seeds && failures.length < most; seed++) {
    const verdict = run(planOf(seed, changes), options);
    if (verdict.failure !== null && !isUndecided(verdict))
      failures.push(`seed ${seed}: ${verdict.failure.message}`);
  }
  return failures;
}

export function isUndecided({ failure }: Verdict): boolean {
  return failure instanceof Violation && failure.check === UNDECIDED;
}

/** What failed, and the one command that does it again. */
export function report({ failures }: Tally): string {
  return failures
    .map(
      ({ seed, failure }) =>
        `seed ${seed}: ${failure!.message}\n  RINGLET_SIM_SEED=${seed} npm run test:sim\n`,
    )
    .join('\n');
}

/** The number in an environment variable, or what holds without it. */
export function setting(name: string, otherwise: number): number {
  return Number(process.env[name] ?? otherwise);
}

/** One seed is told; nothing else runs. */
export const isReplay = process.env['RINGLET_SIM_SEED'] !== undefined;
