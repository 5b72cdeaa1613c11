import type { Lab } from './lab.js';
import { done, failed, listed, seconds, span, type Outcome } from './outcome.js';
import { describeExit, isClean, type ServerProcess } from './server-process.js';
import { until } from './wait.js';

/** SIGTERM: the server drains, leaves the ring and exits. A paused one is resumed for that. */
export async function stop(lab: Lab, server: ServerProcess): Promise<Outcome> {
  if (!server.alive) return notAlive(server);
  const { exitMs } = lab.parts.bounds;
  lab.parts.tell(`${server.port} is asked to stop (SIGTERM)`);
  const exit = await server.stop(exitMs);
  await lab.watcher.look();
  if (!exit) return failed(`${server.port} is still there ${seconds(exitMs)} after SIGTERM: kill it.`);
  if (isClean(exit)) return told(lab, `${server.port} stopped`);
  lab.troubled = true;
  return failed(
    `${server.port} ended, but with ${describeExit(exit)}: its log ${server.logFile} may say why.`,
  );
}

/** SIGKILL, and then the others' new view. */
export async function kill(lab: Lab, server: ServerProcess): Promise<Outcome> {
  if (!server.alive) return notAlive(server);
  const { viewMs, retryMs } = lab.parts.bounds;
  const killed = server.kill(viewMs);
  lab.parts.tell(`${server.port} killed (SIGKILL)`);
  await killed;
  const since = performance.now();
  let behind: number[] = [];
  const closedOver = async () => {
    const answers = await lab.watcher.look();
    const without = (port: number) =>
      answers.get(port)?.members.every(({ name }) => name !== server.place.name) ?? false;
    behind = lab.running.map(({ port }) => port).filter((port) => !without(port));
    return behind.length === 0;
  };
  if (await until(closedOver, viewMs, retryMs)) return goneOn(lab, server, performance.now() - since);
  if (lab.partition === 'primary') return done(standstill(server));
  lab.troubled = true;
  return failed(
    `${server.port} is killed, but ${listed(behind)} showed no view without it in ${seconds(viewMs)}: see status.`,
  );
}

function goneOn(lab: Lab, server: ServerProcess, tookMs: number): Outcome {
  if (lab.running.length === 0) return done('No server is running any more: reboot one.');
  return done(`The ring goes on without ${server.port}, after ${span(tookMs)}`);
}

const standstill = ({ port }: ServerProcess): string =>
  `The ring does not go on without ${port}: too few are left, which refuse writes until others are back.`;

export function pause(lab: Lab, server: ServerProcess): Outcome {
  if (!server.alive) return notAlive(server);
  if (server.state === 'paused') return failed(`${server.port} is already paused: resume or kill it.`);
  server.pause();
  return told(lab, `${server.port} paused (SIGSTOP)`);
}

export function resume(lab: Lab, server: ServerProcess): Outcome {
  if (!server.alive) return notAlive(server);
  if (server.state !== 'paused') return failed(`${server.port} is not paused: there is nothing to resume.`);
  server.resume();
  return told(lab, `${server.port} resumed (SIGCONT)`);
}

function told(lab: Lab, event: string): Outcome {
  lab.parts.tell(event);
  return done();
}

const notAlive = (server: ServerProcess): Outcome =>
  failed(`${server.port} is not running (${server.state}): reboot it first.`);
