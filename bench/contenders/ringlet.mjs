/** Three Ringlet servers in memory, started as a user would: from `dist/main.js` and the environment. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePorts, until } from '../system/ports.mjs';
import { start as run } from '../system/processes.mjs';
import { httpSeed } from './http-seed.mjs';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const SERVERS = 3;
const READY_MS = 15_000;
const PATH = '/objects/';

export const name = 'ringlet';
export const what = 'three servers, acknowledged by all three, in memory';
export const absent = () => (existsSync(PROGRAM) ? undefined : 'not built: dist/main.js is missing');

/** @returns {Promise<import('./types.mjs').Contender>} */
export async function start() {
  const all = await freePorts(2 * SERVERS);
  const httpPorts = all.slice(0, SERVERS);
  const ringPorts = all.slice(SERVERS);
  const processes = httpPorts.map((port, index) =>
    startServer({
      PORT: String(port),
      RING_PORT: String(ringPorts[index]),
      NAME: `bench-${index}`,
      PRIORITY: String(SERVERS - index),
      ...(index > 0 && { PEER: `127.0.0.1:${ringPorts[0]}` }),
    }),
  );
  const ports = await Promise.race([
    until('a ring of three', READY_MS, () => ringOf(httpPorts)),
    ...processes.map((child) => ended(child)),
  ]);
  return {
    processes,
    ports,
    put: { dialogue: 'http-put', path: PATH },
    get: { dialogue: 'http-get', path: PATH },
    seed: httpSeed(/** @type {number} */ (ports[0]), PATH),
  };
}

/**
 * Nothing of the environment of whoever runs the bench takes part, but what a process needs.
 * @param {Record<string, string>} settings
 */
export function startServer(settings) {
  const { PATH: searched, HOME } = process.env;
  return run(process.execPath, [PROGRAM], {
    env: { PATH: searched, HOME, HOST: '127.0.0.1', RING_HOST: '127.0.0.1', LOG_LEVEL: 'error', ...settings },
  });
}

/**
 * @param {number[]} httpPorts
 * @returns {Promise<number[] | undefined>} the ports in the ring's order, the primary's first; undefined until all are ready
 */
async function ringOf(httpPorts) {
  for (const port of httpPorts) if (!(await ready(port))) return undefined;
  const answer = await fetch(`http://127.0.0.1:${httpPorts[0]}/ring`);
  const { primary, members } = /** @type {{ primary: string, members: { name: string, url: string }[] }} */ (
    await answer.json()
  );
  if (members.length !== SERVERS) return undefined;
  const ports = members.map((member) => Number(new URL(member.url).port));
  const first = members.findIndex((member) => member.name === primary);
  return [...ports.slice(first), ...ports.slice(0, first)];
}

/** @param {number} port */
export async function ready(port) {
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(1000) });
  await answer.arrayBuffer();
  return answer.status === 200;
}

/**
 * @param {import('../system/processes.mjs').Running} child
 * @returns {Promise<never>}
 */
function ended(child) {
  return new Promise((_, reject) => {
    child.once('exit', (code, signal) =>
      reject(new Error(`a server ended (${signal ?? code}): ${child.output()}`)),
    );
  });
}
