import { beforeAll, describe, expect, it } from '@jest/globals';
import { planOf } from './plan.js';
import { run } from './run.js';
import { isReplay } from './seeds.js';

const SEEDS = Array.from({ length: 30 }, (_, index) => index + 1);

(isReplay ? describe.skip : describe)('a seed', () => {
  let silent: readonly string[];
  beforeAll(() => {
    silent = SEEDS.map((seed) => run(planOf(seed)).hash);
  });

  it('lives a life of its own', () => {
    expect(new Set(silent).size).toBe(SEEDS.length);
  });

  it('always lives the same life, told or not', () => {
    let lines = 0;
    const told = SEEDS.map((seed) => run(planOf(seed), { listener: () => void lines++ }).hash);
    expect(told).toEqual(silent);
    expect(lines).toBeGreaterThan(SEEDS.length);
  });
});
