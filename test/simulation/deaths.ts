import { ABSENCE_BUGS } from './bugs/copy-bugs.js';
import { planting } from './bugs/planted.js';
import { Clients } from './clients.js';
import { Cluster } from './cluster.js';
import { isHeldAnywhere, shortageIn } from './copies.js';
import { makeReplica, type MakeCore } from './core.js';
import { History } from './history.js';
import { planOf } from './plan.js';
import { Random } from './random.js';
import { startAll } from './run.js';
import { Trace } from './trace.js';

const DEATHS = 4;
const SETTLED_MS = 20_000;
const QUIET = { faults: [], faultCount: 0, late: 0, servers: 5, policy: 'available', replicas: 2 } as const;

/** The seeds of the first so many in which servers that die one after the other lose a body, or leave one with too few copies. */
export function deathsOneByOne(seeds: number): string[] {
  const failures: string[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const failure = dieOneByOne(seed, makeReplica);
    if (failure !== null) failures.push(`seed ${seed}: ${failure}`);
  }
  return failures;
}

/** Whether one of the first so many seeds finds this one of the ABSENCE_BUGS. */
export function isFoundByDeaths(name: string, seeds: number): boolean {
  const makeCore = planting(ABSENCE_BUGS.find((bug) => bug.name === name)!);
  for (let seed = 1; seed <= seeds; seed++) if (dieOneByOne(seed, makeCore) !== null) return true;
  return false;
}

/** Kills one server after the other, each once the ring has made up for the one before; why a body was lost, or not made up for. */
function dieOneByOne(seed: number, makeCore: MakeCore): string | null {
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
