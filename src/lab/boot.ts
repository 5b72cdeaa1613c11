import type { Lab } from './lab.js';
import { done, failed, listed, seconds, type Outcome } from './outcome.js';
import { chooseRingPort, nextLowerPort } from './ports.js';
import type { ServerProcess } from './server-process.js';
import { until } from './wait.js';

/** The lab's first servers, all at once: the first founds the ring, the others may wait for it. */
export async function startFirst(lab: Lab, ports: readonly number[]): Promise<Outcome> {
  const reserved = new Set(ports);
  for (const port of ports) {
    const ringPort = await chooseRingPort(port, reserved);
    reserved.add(ringPort);
    lab.register(port, ringPort);
  }
  lab.servers.forEach((server, index) => {
    const others = lab.servers.filter((other) => other !== server);
    lab.launch(server, index === 0 ? [] : others.map(({ place }) => place));
  });
  lab.watcher.start();
  return arrive(lab, lab.servers, lab.parts.bounds.startMs);
}

export async function reboot(lab: Lab, server: ServerProcess): Promise<Outcome> {
  if (server.alive) {
    const word = server.state === 'paused' ? 'paused: resume it' : 'already running: stop or kill it';
    return failed(`${server.port} is ${word} first.`);
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
  return done(`${ports(newcomers)} ${newcomers.length === 1 ? 'is' : 'are'} ready`);
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
  const paused = lab.servers.filter((server) => server.state === 'paused');
  const advice =
    paused.length > 0
      ? `it may be waiting for ${ports(paused)}, so resume that first`
      : `look into ${listed(waiting.map(({ logFile }) => logFile))}`;
  return failed(`${ports(waiting)} did not get ready within ${seconds(boundMs)}: ${advice}.`);
}

const ports = (servers: readonly ServerProcess[]): string => listed(servers.map(({ port }) => port));
