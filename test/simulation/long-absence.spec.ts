import { describe, expect, it } from '@jest/globals';
import { UNCONDITIONAL } from '../../src/replication/index.js';
import { Cluster } from './cluster.js';
import { makeReplica } from './core.js';
import { planOf } from './plan.js';
import { startAll } from './run.js';
import { isReplay } from './seeds.js';
import { Trace } from './trace.js';
import { deleteOf, putOf } from './values.js';

const HOUR_MS = 3_600_000;
const SEEDS = 20;
const STARTED_MS = 360_000;

/** A day passes quickly with clocks that tick four times a minute. */
const SLOW_CLOCKS = {
  probeIntervalMs: 60_000,
  suspectAfterMs: 300_000,
  readLeaseMs: 150_000,
  requestTimeoutMs: 600_000,
  tombstoneTtlMs: HOUR_MS,
};

/** Which objects the one that was away has then, and which the others. */
function absentForADay(seed: number): { back: string[]; kept: string[] } {
  const quiet = { faults: [], faultCount: 0, late: 0, durable: true, servers: 3, keys: 8 } as const;
  const plan = planOf(seed, { ...SLOW_CLOCKS, ...quiet, loadMs: STARTED_MS });
  const cluster = new Cluster(plan, new Trace(), makeReplica);
  const { world, hosts } = cluster;
  startAll(cluster);
  world.runUntil(world.now + 10 * SLOW_CLOCKS.suspectAfterMs);
  for (let number = 0; number < plan.keys; number++)
    cluster.processes[number % 3]!.write(putOf(`k${number}`, number, 8, UNCONDITIONAL), () => undefined);
  world.runUntil(world.now + STARTED_MS);
  const absent = hosts[seed % hosts.length]!;
  absent.kill();
  world.runUntil(world.now + HOUR_MS);
  for (let number = 0; number < plan.keys; number += 2)
    cluster.processes[0]!.write(deleteOf(`k${number}`), () => undefined);
  world.runUntil(world.now + 23 * HOUR_MS);
  absent.start(cluster.peersOf(absent));
  world.runUntil(world.now + 20 * SLOW_CLOCKS.suspectAfterMs);
  const [kept, back] = [cluster.processes.find(({ host }) => host !== absent)!, absent.process!];
  const namesOf = (process: typeof back) => process.core.list('', null, 100).map(({ key }) => key);
  return { back: namesOf(back), kept: namesOf(kept) };
}

(isReplay ? describe.skip : describe)('A server that comes back after a day', () => {
  it('does not bring back what was deleted meanwhile, though its tombstones are gone', () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const left = ['k1', 'k3', 'k5', 'k7'];
      expect(absentForADay(seed)).toEqual({ back: left, kept: left });
    }
  });
});
