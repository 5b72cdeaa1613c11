import { describe, expect, it } from '@jest/globals';
import { Hits, ROLES, type Role } from './hits.js';
import { planOf, type FaultKind } from './plan.js';
import { run } from './run.js';
import { isReplay } from './seeds.js';

const LEAST = 20;
const MOST_SEEDS = 400;

/** Each with what it is mixed with, so that there is always something to hit. Without a disk nobody comes back. */
const TABLE: readonly (readonly [FaultKind, readonly FaultKind[]])[] = [
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
];
/** Nothing of a joining or a lonely server may be damaged, or leave: there might be no other copy, or nobody to leave. */
const GUARDED: ReadonlySet<FaultKind> = new Set(['damage', 'rot', 'leave']);

function rolesOf(kind: FaultKind): readonly Role[] {
  return GUARDED.has(kind) ? ['primary', 'middle', 'last'] : ROLES;
}

(isReplay ? describe.skip : describe)('every promise is kept', () => {
  it.each(TABLE)(`though a %s hits a server at least ${LEAST} times in each role`, (kind, others) => {
    const hits = new Hits();
    const isEnough = () => rolesOf(kind).every((role) => hits.of(kind, role) >= LEAST);
    for (let seed = 1; seed <= MOST_SEEDS && !isEnough(); seed++) {
      const faults = [kind, kind, kind, ...others];
      const verdict = run(planOf(seed, { durable: true, syncsAll: true, faults, faultCount: 12 }));
      expect(verdict.failure?.message ?? '').toBe('');
      hits.addAll(verdict.hits);
    }
    expect(rolesOf(kind).filter((role) => hits.of(kind, role) < LEAST)).toEqual([]);
  });
});
