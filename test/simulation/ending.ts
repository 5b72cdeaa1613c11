import { disagreement, lostWrite } from './agreement.js';
import type { Clients } from './clients.js';
import type { Cluster } from './cluster.js';
import type { Process } from './process.js';
import type { Call, History } from './history.js';
import { AMPLE_MEMORY_BYTES } from './plan.js';
import { violation } from './violation.js';

/** Nothing is broken any more; within this long, everyone agrees. */
const AGREE_WITHIN_MS = 8_000;
/** It waits for others for that many times a request's time. */
const LEAVES_WITHIN_TIMEOUTS = 6;
const LASTING_MS = 1_200;
const POLL_MS = 100;
const MERGED_WITHIN_MS = 5_000;
/** Silences after which what somebody asked for is given up on its way. */
const STANDSTILLS = 11;
const SERVED: ReadonlySet<string> = new Set(['done', 'object', 'absent']);
/** Requests that were sent again and again, and large bodies, may take that many times a request's time. */
const QUIET_WITHIN_TIMEOUTS = 8;

/** Whoever has begun to leave, goes: once others keep what only it keeps, or after a while. */
export function demandDepartures(cluster: Cluster): void {
  const { world, plan } = cluster;
  const isOver = () => cluster.processes.every(({ isLeaving }) => !isLeaving);
  world.runUntil(world.now + LEAVES_WITHIN_TIMEOUTS * plan.requestTimeoutMs + AGREE_WITHIN_MS, isOver);
  if (!isOver()) violation('leave', 'somebody is still leaving');
}

/** Starts the dead, and demands that all agree on everything that was acknowledged. */
export function demandAgreement(cluster: Cluster): void {
  const { checks } = cluster;
  const reason = settle(cluster, AGREE_WITHIN_MS);
  if (reason !== null) violation('convergence', reason);
  for (const process of cluster.processes) {
    const lost = lostWrite(process, checks.acknowledged);
    if (lost !== null) violation('lost write', lost);
  }
}

/** Once everyone has offered what it wrote apart from the others, nothing of it is lost. */
export function demandNothingLostApart({ plan, checks, processes, world }: Cluster): void {
  // Where the ring has no room for them, they wait.
  if (plan.memoryLimitBytes < AMPLE_MEMORY_BYTES) return;
  const deadline = world.now + MERGED_WITHIN_MS;
  while (world.now < deadline && processes.some((process) => process.status().offers > 0))
    world.runUntil(world.now + POLL_MS);
  for (const process of processes) {
    const { offers, self } = process.status();
    if (offers > 0) violation('merge', `${self.name} still offers ${offers} records`);
  }
  const line = checks.views.lineOf(processes[0]!.status().view!);
  checks.apart.demand(line, processes, checks.views.goesBack);
}

/** Why they do not agree after that long; null as soon as they do, and still do once a late suspicion would have struck. */
function settle(cluster: Cluster, withinMs: number): string | null {
  const { world } = cluster;
  const deadline = world.now + withinMs;
  let agreedAt = world.now;
  let reason = disagreement(cluster);
  while (world.now < deadline && world.now < agreedAt + LASTING_MS) {
    startTheDead(cluster);
    world.runUntil(world.now + POLL_MS);
    reason = disagreement(cluster);
    if (reason !== null) agreedAt = world.now;
  }
  return reason;
}

/** Once the old requests are over, everyone takes a write, and then everyone reads everything. */
export function demandService(cluster: Cluster, clients: Clients, history: History): void {
  const { processes, plan, world } = cluster;
  const deadline = world.now + QUIET_WITHIN_TIMEOUTS * plan.requestTimeoutMs;
  while (world.now < deadline && !history.isQuiet) world.runUntil(world.now + POLL_MS);
  demandNothingPinned(cluster);
  demandAnswers(
    cluster,
    history,
    processes.map((process, index) => clients.put(process, `k${index}`)),
  );
  const keys = Array.from({ length: Math.max(plan.keys, plan.servers) }, (_, index) => `k${index}`);
  demandAnswers(
    cluster,
    history,
    processes.flatMap((process) => keys.map((key) => clients.get(process, key))),
  );
}

/** No client sends a large body any more: so none is anywhere but in a record, and all count the same bytes. */
function demandNothingPinned(cluster: Cluster): void {
  const { world, plan } = cluster;
  const deadline = world.now + Math.max(plan.requestTimeoutMs, STANDSTILLS * plan.suspectAfterMs);
  let leak = leakIn(cluster);
  for (; leak !== null && world.now < deadline; leak = leakIn(cluster)) world.runUntil(world.now + POLL_MS);
  if (leak !== null) violation('leak', leak);
}

/** Who has a disk may have less in memory than others. */
function leakIn({ processes, plan }: Cluster): string | null {
  const statuses = processes.map((process) => process.status());
  const first = statuses[0]!;
  if (
    statuses.every(
      (status) =>
        status.pinned === 0 &&
        status.passing === 0 &&
        (plan.durable ||
          plan.replicas > 0 ||
          plan.gateways > 0 ||
          plan.files ||
          status.bytes === first.bytes),
    )
  )
    return null;
  return statuses
    .map(
      ({ self, pinned, passing, bytes }) =>
        `${self.name} has ${bytes} bytes, ${pinned} bodies without a record, ${passing} that were asked for`,
    )
    .join('\n');
}

function demandAnswers(
  { world, plan, processes }: Cluster,
  { results }: History,
  calls: readonly Call[],
): void {
  const isServed = (call: Call) => {
    const outcome = results.get(call);
    const isFull = outcome?.kind === 'not-done' && outcome.reason === 'full';
    if (outcome?.kind === 'unavailable' && outcome.reason === 'no-holder' && isNowhere(processes, call.key))
      return true;
    return isFull || SERVED.has(outcome?.kind ?? 'nothing');
  };
  const deadline = world.now + plan.requestTimeoutMs;
  while (world.now < deadline && !calls.every(isServed)) world.runUntil(world.now + POLL_MS);
  const failed = calls.filter((call) => !isServed(call));
  if (failed.length > 0)
    violation('service', failed.map(({ input, key }) => `${input.kind} ${key} failed`).join(', '));
}

/** No server has it: the check on copies has asked whether that may be. */
function isNowhere(processes: readonly Process[], key: string): boolean {
  return processes.every(({ core }) => core.committed(key)?.body === null);
}

function startTheDead(cluster: Cluster): void {
  for (const host of cluster.hosts) if (!host.isUp) host.start(cluster.peersFor(host));
}
