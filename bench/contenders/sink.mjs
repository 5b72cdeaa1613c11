/** The limit for large bodies: see `limits/sink.mjs`. */
import { fileURLToPath } from 'node:url';
import { freePorts, listening } from '../system/ports.mjs';
import { start as run } from '../system/processes.mjs';

export const PROGRAM = fileURLToPath(new URL('../limits/sink.mjs', import.meta.url));

export const name = 'bare sink';
export const what = 'one node:http server that drops what it reads';
export const absent = () => undefined;

/** @returns {Promise<import('./types.mjs').Contender>} */
export async function start() {
  const [port = 0] = await freePorts(1);
  const processes = [run(process.execPath, [PROGRAM, String(port)])];
  await listening(port);
  return { processes, ports: [port] };
}
