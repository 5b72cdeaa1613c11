import { Hits, ROLES, type Role } from './hits.js';
import { planOf, type FaultKind } from './plan.js';
import { run } from './run.js';

export const LEAST = 20;
const MOST_SEEDS = 400;

/** Each with what it is mixed with, so that there is always something to hit. Without a disk nobody comes back. */
export const TABLE: ReadonlyMap<FaultKind, readonly FaultKind[]> = new Map([
  ['crash', []],
  ['adjacent-crash', []],
  ['blackout', []],
  ['power', []],
  ['pause', ['crash']],
  ['suspend', ['crash']],
  ['stall', ['crash']],
  ['cut', ['crash']],
  ['one-way-cut', ['crash']],
  ['isolation', ['crash']],
  ['partition', ['crash']],
  ['leave', ['crash']],
  ['trap', ['crash']],
  ['disk-stall', ['crash']],
  ['disk-failure', []],
  ['damage', ['crash']],
  ['rot', ['crash']],
]);
/** Nothing of a joining or a lonely server may be damaged, or leave: there might be no other copy, or nobody to leave. */
const GUARDED: ReadonlySet<FaultKind> = new Set(['damage', 'rot', 'leave']);

function rolesOf(kind: FaultKind): readonly Role[] {
  return GUARDED.has(kind) ? ['primary', 'middle', 'last'] : ROLES;
}

/**
 * Runs seeds until a fault of this kind has hit a server often enough in each role; the roles in which it has not.
 *
 * @throws Error when a promise was not kept
 */
export function missingHits(kind: FaultKind): Role[] {
  const hits = new Hits();
  const missing = (): Role[] => rolesOf(kind).filter((role) => hits.of(kind, role) < LEAST);
  const faults = [kind, kind, kind, ...TABLE.get(kind)!];
  for (let seed = 1; seed <= MOST_SEEDS && missing().length > 0; seed++) {
    const verdict = run(planOf(seed, { durable: true, syncsAll: true, faults, faultCount: 12 }));
    if (verdict.failure !== null) throw new Error(`seed ${seed}: ${verdict.failure.message}`);
    hits.addAll(verdict.hits);
  }
  return missing();
}
