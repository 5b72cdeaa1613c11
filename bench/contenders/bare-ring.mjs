/** The limit for writes: see `limits/bare-ring.mjs`. */
import { fileURLToPath } from 'node:url';
import { freePorts, listening } from '../system/ports.mjs';
import { start as run } from '../system/processes.mjs';

const PROGRAM = fileURLToPath(new URL('../limits/bare-ring.mjs', import.meta.url));
const SERVERS = 3;

export const name = 'bare ring';
export const what = 'three processes, answered after a lap of frames';
export const absent = () => undefined;

/** @returns {Promise<import('./types.mjs').Contender>} */
export async function start() {
  const all = await freePorts(2 * SERVERS);
  const ports = all.slice(0, SERVERS);
  const ring = all.slice(SERVERS);
  const processes = ports.map((port, index) =>
    run(process.execPath, [PROGRAM, ...[index, port, ring[index], ring[(index + 1) % SERVERS]].map(String)]),
  );
  await Promise.all(ports.map((port) => listening(port)));
  return { processes, ports, put: { dialogue: 'http-put', path: '/objects/' } };
}
