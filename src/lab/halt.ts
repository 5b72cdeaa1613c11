import type { Lab } from './lab.js';
import { done, failed, listed, seconds, type Outcome } from './outcome.js';
import { describeExit, isClean, type ServerProcess } from './server-process.js';
import { until } from './wait.js';

/** SIGTERM: the server drains, leaves the ring and exits. */
export async function stop(lab: Lab, server: ServerProcess): Promise<Outcome> {
  if (!server.alive) return notAlive(server);
  if (server.state === 'paused') return failed(`${server.port} is paused: resume it first, or kill it.`);
  const { exitMs } = lab.parts.bounds;
  const exit = await server.stop(exitMs);
  await lab.watcher.look();
  if (!exit) return failed(`${server.port} is still there ${seconds(exitMs)} after SIGTERM: kill it.`);
  if (isClean(exit)) return done(`${server.port} stopped`);
  lab.troubled = true;
  return failed(
    `${server.port} ended, but with ${describeExit(exit)}: its log ${server.logFile} may say why.`,
  );
}

/** SIGKILL, and then the others' new view. */
export async function kill(lab: Lab, server: ServerProcess): Promise<Outcome> {
  if (!server.alive) return notAlive(server);
  const { viewMs, retryMs } = lab.parts.bounds;
  await server.kill(viewMs);
  let behind: number[] = [];
  const closedOver = async () => {
    const answers = await lab.watcher.look();
    const without = (port: number) =>
      answers.get(port)?.members.every(({ name }) => name !== server.place.name) ?? false;
    behind = lab.running.map(({ port }) => port).filter((port) => !without(port));
    return behind.length === 0;
  };
  if (await until(closedOver, viewMs, retryMs)) return done(`${server.port} killed`);
  lab.troubled = true;
  return failed(
    `${server.port} is killed, but ${listed(behind)} showed no view without it in ${seconds(viewMs)}: see status.`,
  );
}

export function pause(server: ServerProcess): Outcome {
  if (!server.alive) return notAlive(server);
  if (server.state === 'paused') return failed(`${server.port} is already paused: resume or kill it.`);
  server.pause();
  return done(`${server.port} paused`);
}

export function resume(server: ServerProcess): Outcome {
  if (!server.alive) return notAlive(server);
  if (server.state !== 'paused') return failed(`${server.port} is not paused: there is nothing to resume.`);
  server.resume();
  return done(`${server.port} resumed`);
}

const notAlive = (server: ServerProcess): Outcome =>
  failed(`${server.port} is not running (${server.state}): reboot it first.`);
