/*
 * Chaos of the network: rings of real processes, each on a host of its own (a network namespace), whose links are cut, one way
 * or both, slowed down, held up and damaged under load. Clients keep a history of what they saw, as in test/chaos, and it is judged
 * in the same way; answers that are marked as provisional or stale count as what they are.
 *
 * Root and iproute2 are needed, and that it runs within test/netns/enclose, which `npm run test:netns` sees to. Where that cannot be, the
 * rounds are skipped. RINGLET_CHAOS_SEED gives the schedule, RINGLET_CHAOS_TIMES how often rounds in which both sides write are played, RINGLET_CHAOS_DIST names another build than dist.
 */
import { afterAll, describe, expect, it } from '@jest/globals';
import { suiteSeed } from '../support/traffic/index.js';
import { whyNoBadDisks } from './bad-disk.js';
import { canShape, whyNoHosts } from './means.js';
import { rounds } from './rounds.js';
import { Suite } from './suite.js';

const seed = suiteSeed();
const suite = new Suite(seed);
const why = whyNoHosts();
const isShapeable = canShape('netem', 'delay', '1ms');
const whyNoGcc = whyNoBadDisks();
const plans = [...new Set(rounds.map(({ plan }) => plan))];

const noNetem = isShapeable ? undefined : 'the kernel has no netem, which makes packets late';
const reasons = why === undefined ? [noNetem, whyNoGcc] : [why];
for (const reason of reasons)
  if (reason !== undefined) process.stdout.write(`Rounds are skipped: ${reason}.\n`);

const describeHere = why === undefined ? describe : describe.skip;
const special = [
  { need: 'netem', describeIt: isShapeable ? describe : describe.skip },
  { need: 'gcc', describeIt: whyNoGcc === undefined ? describe : describe.skip },
] as const;

describeHere(`chaos of the network, seed ${seed}`, () => {
  afterAll(async () => {
    await suite.retire();
    process.stdout.write(`${suite.figures.table()}\n`);
  });

  describe.each(plans)('$name', (plan) => {
    const own = rounds.filter((round) => round.plan === plan);

    it.each(own.filter(({ needs }) => needs === undefined))('$name', async (round) => {
      await expect(suite.play(round)).resolves.toBeUndefined();
    });

    for (const { need, describeIt } of special) {
      const rest = own.filter(({ needs }) => needs === need);
      if (rest.length === 0) continue;
      describeIt(`with ${need}`, () => {
        it.each(rest)('$name', async (round) => {
          await expect(suite.play(round)).resolves.toBeUndefined();
        });
      });
    }

    it('holds the same everywhere at the end', async () => {
      await expect(suite.retire()).resolves.toEqual([]);
    });
  });

  it('reaches its figures', () => {
    expect(suite.figures.missed()).toEqual([]);
  });
});
