import { stop } from './halt.js';
import type { Lab } from './lab.js';
import { done, failed, listed, seconds, span, type Outcome } from './outcome.js';
import { chooseRingPort, nextLowerPort } from './ports.js';
import type { ServerProcess } from './server-process.js';
import { until } from './wait.js';

/** The lab's first servers, all at once: the first founds the ring, the others wait for it. */
export async function startFirst(lab: Lab, ports: readonly number[]): Promise<Outcome> {
  const reserved = new Set(ports);
  for (const port of ports) {
    const ringPort = await chooseRingPort(port, reserved);
    reserved.add(ringPort);
    lab.register(port, ringPort);
  }
  lab.watcher.start();
  const founder = founderOf(lab);
  for (const server of lab.servers) {
    const others = lab.servers.filter((other) => other !== server);
    lab.launch(server, server === founder ? [] : others.map(({ place }) => place));
  }
  return arrive(lab, lab.servers, lab.parts.bounds.startMs(ports.length));
}

/** The first one, unless it is new and others are of a ring already. With data it finds that ring without peers. */
function founderOf(lab: Lab): ServerProcess | undefined {
  const [first, ...others] = lab.servers;
  const isNew = first !== undefined && !lab.hasData(first);
  return isNew && others.some((server) => lab.hasData(server)) ? undefined : first;
}

/** Starts a server again; one that runs, or is paused, is stopped first. */
export async function reboot(lab: Lab, server: ServerProcess): Promise<Outcome> {
  if (server.alive) {
    const stopped = await stop(lab, server);
    if (stopped.kind === 'failed') return stopped;
  }
  lab.launch(server, lab.peersOf(server));
  return arrive(lab, [server], lab.parts.bounds.readyMs);
}

export async function add(lab: Lab): Promise<Outcome> {
  const lowest = Math.min(...lab.servers.map(({ port }) => port));
  const reserved = lab.reservedPorts;
  const port = await nextLowerPort(lowest, reserved);
  if (port === undefined) return failed(`No port just below ${lowest} is free: free one, and add again.`);
  const server = lab.register(port, await chooseRingPort(port, reserved.add(port)));
  return reboot(lab, server);
}

/** Waits until the servers are ready, and then (as long as a view may take) until every running one counts them. */
async function arrive(lab: Lab, newcomers: readonly ServerProcess[], boundMs: number): Promise<Outcome> {
  const { api, bounds } = lab.parts;
  const since = performance.now();
  let waiting = [...newcomers];
  const all = async () => {
    await lab.watcher.look();
    const ready = await Promise.all(waiting.map(({ port }) => api.ready(port, bounds.answerMs)));
    waiting = waiting.filter((_, index) => !ready[index]);
    return waiting.length === 0 || waiting.some((server) => !server.alive);
  };
  await until(all, boundMs, bounds.retryMs);
  const ended = newcomers.filter((server) => !server.alive);
  if (ended.length > 0)
    return failed(`${ports(ended)} ended before being ready: see why in the log lines above.`);
  if (waiting.length > 0) return notReady(lab, waiting, boundMs);
  await until(async () => isCounted(lab, newcomers), bounds.viewMs, bounds.retryMs);
  const took = span(performance.now() - since);
  const [first] = newcomers;
  return done(
    `${newcomers.length === 1 ? `${first!.port} is` : `All ${newcomers.length} are`} ready after ${took}`,
  );
}

async function isCounted(lab: Lab, newcomers: readonly ServerProcess[]): Promise<boolean> {
  const answers = await lab.watcher.look();
  return lab.running.every((server) => {
    const names = new Set(answers.get(server.port)?.members.map(({ name }) => name));
    return newcomers.every(({ place }) => names.has(place.name));
  });
}

function notReady(lab: Lab, waiting: readonly ServerProcess[], boundMs: number): Outcome {
  lab.troubled = true;
  return failed(
    `${ports(waiting)} did not get ready within ${seconds(boundMs)}: ${adviceFor(lab, waiting)}.`,
  );
}

/** With disks, whoever went before the others waits for one that knows what happened after it. */
function adviceFor(lab: Lab, waiting: readonly ServerProcess[]): string {
  const paused = lab.servers.filter((server) => server.state === 'paused');
  if (paused.length > 0) return `it may be waiting for ${ports(paused)}, so resume that first`;
  const away = lab.servers.filter((server) => !server.alive && lab.hasData(server));
  if (away.length > 0) return `it may be waiting for what ${ports(away)} kept, so reboot that as well`;
  return `look into ${listed(waiting.map(({ logFile }) => logFile))}`;
}

const ports = (servers: readonly ServerProcess[]): string => listed(servers.map(({ port }) => port));
