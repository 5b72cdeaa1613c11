import { afterAll, describe, expect, it } from '@jest/globals';
import { rounds } from './rounds.js';
import { suiteSeed } from './seed.js';
import { Suite } from './suite.js';

const seed = suiteSeed();
const suite = new Suite(seed);
const sizes = [...new Set(rounds.map(({ size }) => size))];

describe(`chaos of seed ${seed}`, () => {
  afterAll(async () => {
    await suite.retire();
    process.stdout.write(`${suite.figures.table()}\n`);
  });

  describe.each(sizes)('a ring of %i', (size) => {
    const own = rounds.filter((round) => round.size === size);

    it.each(own)('$name', async (round) => {
      await expect(suite.play(round)).resolves.toBeUndefined();
    });

    it('holds the same everywhere at the end', async () => {
      await expect(suite.retire()).resolves.toEqual([]);
    });
  });

  it('reaches its figures', () => {
    expect(suite.figures.missed()).toEqual([]);
  });
});
