import { describe, expect, it } from '@jest/globals';
import { ABSENCE_BUGS } from './bugs/copy-bugs.js';
import { planting } from './bugs/planted.js';
import { Clients } from './clients.js';
import { Cluster } from './cluster.js';
import { isHeldAnywhere, shortageIn } from './copies.js';
import { makeReplica } from './core.js';
import { History } from './history.js';
import { planOf, type Plan } from './plan.js';
import { Random } from './random.js';
import { run, startAll, UNDECIDED } from './run.js';
import { isReplay } from './seeds.js';
import { Trace } from './trace.js';

const SEEDS = 10;
const DEATHS = 4;
const SETTLED_MS = 20_000;
const QUIET = { faults: [], faultCount: 0, late: 0, servers: 5, policy: 'available', replicas: 2 } as const;

/** The seeds of the first so many, with these changes to their plans, that show a promise broken. */
function failuresWith(seeds: number, changes: Partial<Plan>): string[] {
  const failures: string[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const { failure } = run(planOf(seed, changes));
    if (failure !== null && !failure.message.startsWith(UNDECIDED))
      failures.push(`seed ${seed}: ${failure.message}`);
  }
  return failures;
}

/** Kills one server after the other, each once the ring has made up for the one before; why a body was lost, or not made up for. */
function dieOneByOne(seed: number, makeCore = makeReplica): string | null {
  const cluster = new Cluster(planOf(seed, QUIET), new Trace(), makeCore);
  const { world, hosts, plan } = cluster;
  const history = new History(world);
  startAll(cluster);
  new Clients(cluster, history).begin([]);
  world.runUntil(plan.loadMs + SETTLED_MS);
  const random = new Random(seed, 10);
  for (let death = 0; death < DEATHS; death++) {
    for (const host of hosts) if (!host.isUp) host.start(cluster.peersOf(host));
    world.runUntil(world.now + SETTLED_MS);
    random.pick(hosts).kill();
    const lost = lostIn(cluster);
    if (lost !== null) return `the death of one has lost ${lost}`;
    world.runUntil(world.now + SETTLED_MS);
    const shortage = shortageIn(cluster);
    if (shortage !== null) return shortage;
  }
  return null;
}

function lostIn(cluster: Cluster): string | null {
  const records = cluster.processes.flatMap(({ core }) => core.list('', null, Infinity));
  return records.find((record) => !isHeldAnywhere(cluster, record))?.key ?? null;
}

(isReplay ? describe.skip : describe)('With two copies of each body', () => {
  it('no death of one loses any, and others make up for it', () => {
    for (let seed = 1; seed <= SEEDS; seed++) expect([seed, dieOneByOne(seed)]).toEqual([seed, null]);
  });

  it.each(ABSENCE_BUGS.map((bug) => [bug.name, bug] as const))('a replica that %s is found out', (_, bug) => {
    const seeds = Array.from({ length: SEEDS }, (_one, index) => index + 1);
    expect(seeds.some((seed) => dieOneByOne(seed, planting(bug)) !== null)).toBe(true);
  });
});

(isReplay ? describe.skip : describe)('With so many copies of each body', () => {
  it.each([1, 2, 3])('%d: every promise is kept', (replicas) => {
    expect(failuresWith(3 * SEEDS, { replicas })).toEqual([]);
  });
});

(isReplay ? describe.skip : describe)('With servers that keep no bodies', () => {
  it.each([0, 1, 2])('and %d copies of each (0: all): every promise is kept', (replicas) => {
    expect(failuresWith(SEEDS, { servers: 5, gateways: 2, replicas })).toEqual([]);
  });
});

(isReplay ? describe.skip : describe)('Whoever leaves hands on what only it keeps', () => {
  const leaves = { faults: ['leave'], faultCount: 8, servers: 5, durable: false } as const;

  it.each([1, 2, 3])('of %d copies', (replicas) => {
    expect(failuresWith(2 * SEEDS, { ...leaves, replicas })).toEqual([]);
  });

  it('with disks, and with gateways beside it', () => {
    expect(failuresWith(SEEDS, { ...leaves, durable: true, gateways: 1, replicas: 1 })).toEqual([]);
  });
});
