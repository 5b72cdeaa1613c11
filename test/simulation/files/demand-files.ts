import { conflictsOf, IN_DIRECTORY, type LogRecord, subjectOf } from '../../../src/replication/index.js';
import { show } from '../checks/commits.js';
import type { Cluster } from '../cluster.js';
import type { Process } from '../process.js';
import { digestOfValue, valueOf } from '../values.js';
import { violation } from '../violation.js';

const WITHIN_MS = 15_000;
const POLL_MS = 100;
const ALL = 1_000;

/**
 * Once all is calm, each file of each server is listed with it as a holder, or as a conflict, or a client has overwritten or deleted it; it is
 * read from everywhere; and no file is listed that nobody has.
 */
export function demandFiles(cluster: Cluster): void {
  if (!cluster.plan.files) return;
  awaitNone(cluster, () => unlisted(cluster) ?? stale(cluster));
  demandReadable(cluster);
  const { processes, hosts } = cluster;
  if (hosts.length < 3 || processes[0]!.status().view!.provisional) return;
  const [gone] = hosts.slice(-1);
  gone!.kill();
  awaitNone(cluster, () => {
    const view = cluster.processes[0]!.status().view;
    // Nothing is placed anew outside of the lineage.
    return view?.provisional === true ? null : stale(cluster);
  });
}

function awaitNone(cluster: Cluster, reason: () => string | null): void {
  const { world } = cluster;
  const deadline = world.now + WITHIN_MS;
  let why = reason();
  for (; why !== null && world.now < deadline; why = reason()) world.runUntil(world.now + POLL_MS);
  if (why !== null) violation('files', why);
}

function unlisted({ processes }: Cluster): string | null {
  for (const process of processes)
    for (const [key, { digest }] of process.host.directory.files) {
      const version = process.core.committed(key);
      const isOverwritten = version?.kind !== 'expire' && version?.replicas !== IN_DIRECTORY;
      const isSettled = process.keeper!.isTold(key) && isOverwritten;
      if (!isSettled && !isListed(process, key, digest))
        return `${key} of ${process.host.name} is not listed: ${describe(process, key)}`;
    }
  return null;
}

function describe(process: Process, key: string): string {
  const version = process.core.committed(key);
  const isTold = process.keeper!.isTold(key) ? 'it is told' : 'it is not told';
  return `${isTold}, and the ring has ${version === undefined ? 'nothing' : show(version)}`;
}

function isListed({ core, host }: Process, key: string, digest: string): boolean {
  const version = core.committed(key);
  const all = [...(version === undefined ? [] : [version]), ...core.list(conflictsOf(key), null, ALL)];
  // What all keep, it need not share.
  const isThere = ({ kind, digest: own, holders, replicas }: LogRecord) =>
    kind === 'put' && own === digest && (replicas !== IN_DIRECTORY || holders.includes(host.name));
  return all.some(isThere);
}

/** A file that is listed, and that a server does not have which is named. */
function stale({ processes, hosts }: Cluster): string | null {
  for (const { core, host } of processes)
    for (const record of filesIn(core))
      for (const name of record.holders) {
        const holder = hosts.find((other) => other.name === name)!;
        const { key, digest } = record;
        const isThere = holder.isUp && holder.directory.read({ key: subjectOf(key), digest }) !== null;
        if (!isThere) return `${host.name} lists ${show(record)}, which ${name} does not have`;
      }
  return null;
}

function filesIn(core: Process['core']): LogRecord[] {
  const all = ['', conflictsOf()].flatMap((prefix) => core.list(prefix, null, ALL));
  return all.filter(({ replicas }) => replicas === IN_DIRECTORY);
}

function demandReadable(cluster: Cluster): void {
  const { processes, world } = cluster;
  const reads = { open: 0 };
  for (const process of processes)
    for (const record of filesIn(process.core)) {
      reads.open++;
      process.get(record.key, (outcome) => {
        reads.open--;
        const isIt = outcome?.kind === 'object' && digestOfValue(valueOf(outcome.record)) === record.digest;
        if (!isIt) violation('files', `${process.host.name} cannot read ${show(record)}: ${outcome?.kind}`);
      });
    }
  const deadline = world.now + WITHIN_MS;
  while (reads.open > 0 && world.now < deadline) world.runUntil(world.now + POLL_MS);
  if (reads.open > 0) violation('files', `${reads.open} reads of files have no answer`);
}
