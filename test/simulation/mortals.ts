import { UNCONDITIONAL, type Outcome } from '../../src/replication/index.js';
import type { Cluster } from './cluster.js';
import type { Process } from './process.js';
import { Random } from './random.js';
import { deleteOf, putOf } from './values.js';
import { violation } from './violation.js';

const KEYS = ['m0', 'm1', 'm2'] as const;
const TTL_MS = [20, 3_000] as const;
const EVER_CHANCE = 0.1;
const DELETE_CHANCE = 0.1;
/** A primary looks that often at least, even if it was just stopped and is new to its task. */
const SLACK_MS = 500;
const PATIENCE_MS = 2_000;

/**
 * Objects with a time to live, on keys of their own: no history of calls says when the primary's clock let them go. That each
 * goes in its time, and only then, is seen from the records (`checks/lifetimes.ts`); that none stays is seen here.
 */
export class Mortals {
  private readonly random: Random;

  constructor(private readonly cluster: Cluster) {
    this.random = new Random(cluster.plan.seed, 6);
  }

  request(process: Process, number: number): void {
    const { random } = this;
    const key = random.pick(KEYS);
    const ttlMs = random.chance(EVER_CHANCE) ? 0 : random.between(...TTL_MS);
    const operation = random.chance(DELETE_CHANCE)
      ? deleteOf(key)
      : { ...putOf(key, number, 8, UNCONDITIONAL, this.cluster.plan.replicas), ttlMs };
    process.write(operation, (outcome) => this.answered(process, outcome));
  }

  private answered(process: Process, outcome: Outcome | null): void {
    if (outcome?.kind !== 'done' || outcome.copies !== null) return;
    this.cluster.checks.acknowledge(process, outcome.record);
  }
}

/**
 * Once all agree, nobody keeps what by the primary's clock is long over. What was committed only now, because a view
 * held its watermark, gets the time that it takes to end.
 */
export function demandMortality(cluster: Cluster): void {
  const { world } = cluster;
  const deadline = world.now + PATIENCE_MS;
  let overdue = overdueIn(cluster);
  for (; overdue !== null && world.now < deadline; overdue = overdueIn(cluster))
    world.runUntil(world.now + SLACK_MS);
  if (overdue !== null) violation('expiry', overdue);
}

function overdueIn({ processes }: Cluster): string | null {
  const primary = processes.find((process) => process.status().view!.members[0]!.id === process.self.id)!;
  const { wall } = primary.read();
  for (const process of processes)
    for (const { key, expires } of process.core.list('m', null, KEYS.length))
      if (expires > 0 && expires < wall - SLACK_MS)
        return `${process.host.name} still has ${key}, which was over ${Math.round(wall - expires)} ms ago`;
  return null;
}
