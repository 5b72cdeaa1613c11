import { describe, expect, it } from '@jest/globals';
import { Clients } from './clients.js';
import { Cluster } from './cluster.js';
import { makeReplica } from './core.js';
import { demandAgreement } from './ending.js';
import { History } from './history.js';
import { planOf } from './plan.js';
import { startAll } from './run.js';
import { isReplay } from './seeds.js';
import { Trace } from './trace.js';

const SEEDS = 100;
const STALL_MS = 500;
const STARTED_MS = 500;
const WATCH_MS = 3_000;
const HOUR_MS = 3_600_000;

/** A ring of five under load, one member of which stands still for a while; how many views that led to. */
function viewsAfterStall(seed: number): number {
  const plan = planOf(seed, { servers: 5, faults: [], faultCount: 0, late: 0, loadMs: 4_000 });
  const cluster = new Cluster(plan, new Trace(), makeReplica);
  const { world, checks } = cluster;
  startAll(cluster);
  world.runUntil(STARTED_MS);
  demandAgreement(cluster);
  const before = checks.views.newest!.id.number;
  new Clients(cluster, new History(world)).begin([]);
  world.after(200 + (seed % 7) * 50, () => cluster.processes[seed % plan.servers]!.stop(STALL_MS, false));
  world.runUntil(world.now + WATCH_MS);
  return checks.views.newest!.id.number - before;
}

/** How many views a ring goes through that says something once a minute. */
function viewsOfTheSlow(seed: number): number {
  const slow = { probeIntervalMs: 60_000, suspectAfterMs: 300_000, readLeaseMs: 150_000 };
  const plan = planOf(seed, { ...slow, servers: 3, faults: [], faultCount: 0, late: 0 });
  const cluster = new Cluster(plan, new Trace(), makeReplica);
  startAll(cluster);
  cluster.world.runUntil(HOUR_MS);
  const before = cluster.checks.views.newest!.id.number;
  cluster.world.runUntil(2 * HOUR_MS);
  return cluster.checks.views.newest!.id.number - before;
}

(isReplay ? describe.skip : describe)('a ring with the longest PROBE_INTERVAL_MS', () => {
  it('stays one view', () => {
    for (let seed = 1; seed <= 5; seed++) expect(viewsOfTheSlow(seed)).toBe(0);
  });
});

(isReplay ? describe.skip : describe)(`a member that stands still for ${STALL_MS} ms`, () => {
  it('is not removed, whichever it is', () => {
    const views = Array.from({ length: SEEDS }, (_, index) => viewsAfterStall(index + 1));
    expect(views).toEqual(views.map(() => 0));
  });
});
