/*
 * Chaos: rings of real processes, killed, stopped, woken, joined and left under load. Clients keep a history of what they
 * saw, which has to be linearizable; no acknowledged write may be missing anywhere, none that was refused may show; and
 * at the end of each round all servers agree on the view and on every object. How long writes were interrupted is measured
 * and compared with what is to be reached.
 *
 * Rings with disks are also killed as a whole, and their disks damaged: what was acknowledged is there again when they are back.
 *
 * Time is the machine's here, so a seed (RINGLET_CHAOS_SEED) gives the schedule of clients and faults, but not the same run
 * twice; that, and faults of the network, is what test/simulation is for. RINGLET_CHAOS_DIST names another build than dist.
 * RINGLET_CHAOS_TIMES says how often each round is played; by default it is as often as the gate has time for.
 */
import { afterAll, describe, expect, it } from '@jest/globals';
import { rounds } from './rounds.js';
import { Suite } from './suite.js';
import { suiteSeed } from '../support/traffic/index.js';

const seed = suiteSeed();
const suite = new Suite(seed);
const plans = [...new Set(rounds.map(({ plan }) => plan))];

describe(`chaos of seed ${seed}`, () => {
  afterAll(async () => {
    await suite.retire();
    process.stdout.write(`${suite.figures.table()}\n`);
  });

  describe.each(plans)('$name', (plan) => {
    const own = rounds.filter((round) => round.plan === plan);

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
