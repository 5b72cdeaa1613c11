import { isQuorum, stores, type ServerId, type View } from '../../src/replication/index.js';
import type { Cluster } from './cluster.js';
import type { Host } from './host.js';

/**
 * Without a disk, a ring that loses the quorum of its newest view has lost it for good. The schedule asks here before it takes hosts
 * away, so that what is demanded at the end can be demanded.
 */
export class Guard {
  constructor(private readonly cluster: Cluster) {}

  /** Whether these hosts may lose their memory. */
  mayLose(hosts: readonly Host[]): boolean {
    const { checks, plan } = this.cluster;
    const newest = checks.views.newest;
    if (newest === null) return false;
    const left = this.cluster.hosts.filter((host) => !hosts.includes(host));
    const present = this.present(left, plan.policy === 'available');
    const installed = newestOf(left);
    const apart = left
      .flatMap(({ process }) => process?.status().view ?? [])
      .filter((view) => view.provisional);
    if (!plan.durable && !apart.every((view) => holds(view, present))) return false;
    if (plan.disaster)
      return [newest, ...installed].every((view) => holds(view, present)) && installed.length > 0;
    return [newest, ...checks.views.possible, ...installed].every((view) => survives(view, present));
  }

  /** Whether these hosts may be unreachable for a while. */
  mayMiss(hosts: readonly Host[]): boolean {
    const { plan } = this.cluster;
    return plan.policy === 'primary' || plan.disaster || plan.durable || this.mayLose(hosts);
  }

  private present(hosts: readonly Host[], responsive: boolean): ReadonlySet<ServerId> {
    const present = new Set<ServerId>();
    for (const { process } of hosts)
      if (process !== null && !process.isLeaving && !(responsive && process.isStopped))
        present.add(process.self.id);
    return present;
  }
}

/** The newest view of the lineage that one of these has installed: from there they have to find to the newest of all. */
function newestOf(hosts: readonly Host[]): View[] {
  const views = hosts
    .flatMap(({ process }) => process?.status().view ?? [])
    .filter((view) => !view.provisional);
  return views.toSorted((a, b) => b.id.number - a.id.number).slice(0, 1);
}

function survives(view: View, present: ReadonlySet<ServerId>): boolean {
  return isQuorum(view, present) && holds(view, present);
}

/** Whether one of these has everything that the view had. */
function holds(view: View, present: ReadonlySet<ServerId>): boolean {
  return view.members.some((member) => member.full && stores(member) && present.has(member.id));
}
