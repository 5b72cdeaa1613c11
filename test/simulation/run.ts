import { checkLinearizable } from '../support/linearizability/index.js';
import { Clients } from './clients.js';
import { Cluster } from './cluster.js';
import { makeReplica, type MakeCore } from './core.js';
import { demandCopies } from './copies.js';
import { demandAgreement, demandDepartures, demandNothingLostApart, demandService } from './ending.js';
import { Faults } from './faults.js';
import { withHindsight } from './hindsight.js';
import { demandFiles } from './files/demand-files.js';
import { FilePlan } from './files/file-plan.js';
import { History } from './history.js';
import type { Hits } from './hits.js';
import { demandMortality } from './mortals.js';
import type { Plan } from './plan.js';
import { Random } from './random.js';
import { Trace } from './trace.js';
import { violation } from './violation.js';

export interface Verdict {
  readonly seed: number;
  /** null: every promise was kept. */
  readonly failure: Error | null;
  readonly hash: string;
  readonly simulatedMs: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly hits: Hits;
}

export interface RunOptions {
  readonly makeCore?: MakeCore;
  readonly listener?: ((line: string) => void) | null;
}

/** The checker gave up: no pass, and no finding either. */
export const UNDECIDED = 'undecided';

/** Everything has to have been answered, or given up, this long after the load and the faults. */
const REST_MS = 300;

/** Lives one seed: servers start, clients and faults do their worst, all is healed, and the promises are asked for. */
export function run(plan: Plan, { makeCore = makeReplica, listener = null }: RunOptions = {}): Verdict {
  const trace = new Trace(listener);
  const cluster = new Cluster(plan, trace, makeCore);
  const history = new History(cluster.world);
  let failure: Error | null = null;
  try {
    live(cluster, history);
  } catch (error) {
    failure = error as Error;
  }
  return {
    seed: plan.seed,
    failure,
    hash: trace.hash,
    simulatedMs: cluster.world.now,
    outcomes: history.outcomes,
    hits: cluster.hits,
  };
}

function live(cluster: Cluster, history: History): void {
  const { plan, world } = cluster;
  const clients = new Clients(cluster, history);
  cluster.checks.moment = history.moment;
  const faults = new Faults(cluster);
  startAll(cluster);
  faults.begin();
  clients.begin(faults.moments);
  if (plan.files) new FilePlan(cluster).begin();
  world.runUntil(plan.loadMs + REST_MS);
  world.say(() => 'the faults end');
  faults.end();
  demandDepartures(cluster);
  demandAgreement(cluster);
  demandMortality(cluster);
  demandCopies(cluster);
  demandService(cluster, clients, history);
  demandNothingLostApart(cluster);
  demandFiles(cluster);
  const { views, commits } = cluster.checks;
  const operations = history.close();
  const verdict = checkLinearizable(views.provisionalSeen ? operations : withHindsight(operations, commits));
  if (verdict.ok) return;
  if (verdict.undecided)
    violation(UNDECIDED, `${verdict.key} could not be decided in ${verdict.states} states`);
  violation('linearizability', verdict.culprit.text);
}

/** The first one founds the ring; the others join, in any order, some of them late and together. */
export function startAll(cluster: Cluster): void {
  const { plan, world, hosts } = cluster;
  const random = new Random(plan.seed, 4);
  const late = random.between(500, plan.loadMs);
  for (const host of hosts) {
    const isLate = host.index >= plan.servers - plan.late;
    const peers = host.index === 0 ? [] : random.shuffle(cluster.peersOf(host));
    world.at(random.between(0, 300) + (isLate ? late : 0), () => host.start(peers));
  }
}
