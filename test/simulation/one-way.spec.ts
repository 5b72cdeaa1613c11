import { describe, expect, it } from '@jest/globals';
import { UNCONDITIONAL } from '../../src/replication/index.js';
import { Cluster } from './cluster.js';
import { makeReplica } from './core.js';
import { AMPLE_MEMORY_BYTES, planOf } from './plan.js';
import { startAll } from './run.js';
import { isReplay } from './seeds.js';
import { Trace } from './trace.js';
import { putOf } from './values.js';

const STARTED_MS = 3_000;
const CUT_MS = 20_000;
const WRITE_EVERY_MS = 250;
const MOST_VIEWS = 3;

interface Outcome {
  /** Views that were installed during the cut. */
  readonly views: number;
  /** Of each server, the share of writes that were done. */
  readonly done: readonly number[];
  readonly phases: readonly string[];
}

function cutFor(servers: number, durable: boolean, from: number, to: number): Outcome {
  const quiet = { faults: [], faultCount: 0, late: 0, memoryLimitBytes: AMPLE_MEMORY_BYTES };
  const cluster = new Cluster(planOf(7, { ...quiet, servers, durable }), new Trace(), makeReplica);
  const { world, checks, wires } = cluster;
  startAll(cluster);
  world.runUntil(STARTED_MS);
  const before = checks.views.newest!.id.number;
  const done = cluster.hosts.map(() => 0);
  wires.cut(from, to);
  let written = 0;
  for (; written * WRITE_EVERY_MS < CUT_MS; written++) {
    world.runUntil(STARTED_MS + written * WRITE_EVERY_MS);
    for (const process of cluster.processes)
      process.write(putOf('k', written, 8, UNCONDITIONAL), (outcome) => {
        if (outcome?.kind === 'done' && outcome.copies === null) done[process.host.index]! += 1;
      });
  }
  return {
    views: checks.views.newest!.id.number - before,
    done: done.map((count) => count / written),
    phases: cluster.processes.map((process) => process.status().phase),
  };
}

function pairsOf(servers: number): [number, number][] {
  const all = Array.from({ length: servers }, (_, index) => index);
  return all.flatMap((from) => all.filter((to) => to !== from).map((to): [number, number] => [from, to]));
}

(isReplay ? describe.skip : describe)('A lasting cut of one way between two servers', () => {
  it.each([false, true])('leaves the other two of three to go on in peace, with disks: %s', (durable) => {
    for (const [from, to] of pairsOf(3)) {
      const { views, done, phases } = cutFor(3, durable, from, to);
      expect(views).toBeLessThanOrEqual(MOST_VIEWS);
      expect(phases.filter((phase) => phase === 'member')).toHaveLength(2);
      expect(done.filter((share) => share > 0.9)).toHaveLength(2);
    }
  });

  it.each([false, true])('is got round by four, in another order, with disks: %s', (durable) => {
    for (const [from, to] of pairsOf(4)) {
      const { views, done, phases } = cutFor(4, durable, from, to);
      expect(views).toBeLessThanOrEqual(MOST_VIEWS);
      expect(phases.filter((phase) => phase === 'member')).toHaveLength(4);
      expect(Math.min(...done)).toBeGreaterThan(0.8);
    }
  });
});
