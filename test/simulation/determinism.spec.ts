import { describe, expect, it } from '@jest/globals';
import { planOf } from './plan.js';
import { run } from './run.js';
import { isReplay } from './seeds.js';

const SEEDS = Array.from({ length: 30 }, (_, index) => index + 1);

(isReplay ? describe.skip : describe)('a seed', () => {
  it('always lives the same life, told or not', () => {
    const silent = SEEDS.map((seed) => run(planOf(seed)).hash);
    let lines = 0;
    const told = SEEDS.map((seed) => run(planOf(seed), { listener: () => void lines++ }).hash);
    expect(told).toEqual(silent);
    expect(lines).toBeGreaterThan(SEEDS.length);
  });

  it('lives a life of its own', () => {
    expect(new Set(SEEDS.map((seed) => run(planOf(seed)).hash)).size).toBe(SEEDS.length);
  });
});
