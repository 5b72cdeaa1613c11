import { IN_DIRECTORY, isHolder, type LogRecord } from '../../src/replication/index.js';
import { show } from './checks/commits.js';
import type { Cluster } from './cluster.js';
import { violation } from './violation.js';

/** The rounds of the primary, what it asks the others for, and the way to there. */
const COPIED_WITHIN_MS = 12_000;
const POLL_MS = 100;
const ALL = 1_000_000;

/** Once all is calm, each body is kept by as many servers as it is to be, and those agree on who they are. */
export function demandCopies(cluster: Cluster): void {
  const { plan, world, processes } = cluster;
  if (plan.replicas === 0 && plan.gateways === 0) return;
  // Outside the lineage everyone keeps what comes to be there, and nothing is placed anew.
  if (processes[0]!.status().view!.provisional) return demandNothingLost(cluster);
  const deadline = world.now + COPIED_WITHIN_MS;
  let shortage = shortageIn(cluster);
  for (; shortage !== null && world.now < deadline; shortage = shortageIn(cluster))
    world.runUntil(world.now + POLL_MS);
  if (shortage !== null) violation('copies', shortage);
  demandNothingLost(cluster);
}

/** What too few servers keep; null when there is nothing of that kind. */
export function shortageIn({ processes, plan, hosts }: Cluster): string | null {
  const storing = hosts.filter(({ isGateway }) => !isGateway);
  const lists = processes.map(({ core }) => core.list('', null, ALL));
  for (const [index, record] of lists[0]!.entries()) {
    const all = lists.map((list) => list[index]);
    if (all.some((one) => one?.revision !== record.revision || one.key !== record.key)) return 'they differ';
    if (all.some((one) => one!.holders.join() !== record.holders.join()))
      return `they do not agree on who keeps ${show(record)}`;
    if (record.replicas === IN_DIRECTORY) continue;
    if (record.holders.some((name) => !storing.some((host) => host.name === name)))
      return `a gateway keeps ${show(record)}`;
    if (!all.some((one) => one!.body !== null)) continue;
    const copies = all.filter((one, at) => one!.body !== null && isNamed(record, processes[at]!.host.name));
    if (record.replicas !== 0 && copies.length !== Math.min(record.replicas, storing.length))
      return `${copies.length} copies of ${plan.replicas} of ${show(record)}`;
  }
  return null;
}

/** Whether a body is anywhere, but for files, which go with their servers; one that only servers without disks kept may have gone with them. */
function demandNothingLost(cluster: Cluster): void {
  const { processes, plan, deaths, ends } = cluster;
  for (const record of processes[0]!.core.list('', null, ALL)) {
    const isExcused = plan.durable
      ? plan.faults.includes('damage') || plan.faults.includes('rot')
      : deaths > 0 && ends >= plan.replicas && plan.replicas > 0;
    if (record.replicas !== IN_DIRECTORY && !isHeldAnywhere(cluster, record) && !isExcused)
      violation('lost body', `nobody has that of ${show(record)}`);
  }
}

/** Whether any server that runs has the body of this object. */
export function isHeldAnywhere({ processes }: Cluster, { key }: LogRecord): boolean {
  return processes.some(({ core }) => core.committed(key)?.body != null);
}

function isNamed(record: LogRecord, name: string): boolean {
  return record.holders.length > 0 && isHolder(record, name);
}
