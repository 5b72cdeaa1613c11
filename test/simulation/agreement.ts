import { sameView, type LogRecord, type Status } from '../../src/replication/index.js';
import { bytesOf } from './bodies.js';
import { isSame, show } from './checks/commits.js';
import type { Cluster } from './cluster.js';
import { describeView } from './describe.js';
import type { Process } from './process.js';

/** Why the servers do not agree yet; null when they do: one full view of all, one watermark, one catalogue. */
export function disagreement(cluster: Cluster): string | null {
  const { processes, hosts } = cluster;
  if (processes.length < hosts.length) return 'not every server runs';
  const statuses = processes.map((process) => process.status());
  const first = statuses[0]!;
  const { acknowledgedRevision } = cluster.checks;
  const settled = statuses.every((status) => isSettled(status, hosts.length) && isAlike(status, first));
  // While a new view waits for old leases to end, all are equally far behind what was acknowledged.
  if (!settled || first.watermark < acknowledgedRevision)
    return statuses.map((status) => describeStatus(status)).join('\n');
  const lists = processes.map((process) =>
    process.core.list('', null, 1_000_000).map((record) => process.whole(record)),
  );
  for (const [index, list] of lists.entries()) {
    const difference = differenceOf(lists[0]!, list, cluster.plan.gateways > 0);
    if (difference !== null)
      return `${processes[0]!.host.name} and ${processes[index]!.host.name} differ: ${difference}`;
  }
  return null;
}

/** A write acknowledged is never lost: what each server has of the key is as new, or newer. */
export function lostWrite(process: Process, acknowledged: ReadonlyMap<string, LogRecord>): string | null {
  for (const [key, record] of acknowledged) {
    const now = process.core.committed(key);
    if (now === undefined) continue;
    if (now.revision < record.revision || (now.revision === record.revision && now.kind !== record.kind))
      return `${process.host.name} has ${show(now)}, but ${show(record)} was acknowledged`;
  }
  return null;
}

function isSettled(status: Status, servers: number): boolean {
  return (
    status.phase === 'member' &&
    status.full &&
    status.hasLease &&
    !status.choosing &&
    status.view?.members.length === servers
  );
}

function isAlike(a: Status, b: Status): boolean {
  return a.watermark === b.watermark && a.view !== null && b.view !== null && sameView(a.view.id, b.view.id);
}

function describeStatus({ self, phase, view, watermark, full, hasLease, choosing }: Status): string {
  const flags = `${full ? '' : ' filling'}${hasLease ? '' : ' no lease'}${choosing ? ' choosing' : ''}`;
  return `  ${self.name} ${phase} at ${watermark}${flags} in ${view === null ? 'no view' : describeView(view)}`;
}

function differenceOf(a: readonly LogRecord[], b: readonly LogRecord[], hasGateways: boolean): string | null {
  if (a.length !== b.length) return `${a.length} objects and ${b.length}`;
  for (const [index, record] of a.entries()) {
    const other = b[index]!;
    if (!isSame(record, other) || !sameBytes(record, other, hasGateways))
      return `${show(record)} and ${show(other)}`;
  }
  return null;
}

/** Not every server keeps every body. */
function sameBytes({ body: a, replicas }: LogRecord, { body: b }: LogRecord, hasGateways: boolean): boolean {
  if ((replicas !== 0 || hasGateways) && (a === null || b === null)) return true;
  return a !== null && b !== null && Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}
