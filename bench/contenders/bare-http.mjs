/** The limit for reads: see `limits/bare-http.mjs`. */
import { fileURLToPath } from 'node:url';
import { freePorts, listening } from '../system/ports.mjs';
import { start as run } from '../system/processes.mjs';
import { httpSeed } from './http-seed.mjs';

const PROGRAM = fileURLToPath(new URL('../limits/bare-http.mjs', import.meta.url));

export const name = 'bare node:http';
export const what = 'one node:http server answering from a Map';
export const absent = () => undefined;

/** @returns {Promise<import('./types.mjs').Contender>} */
export async function start() {
  const [port = 0] = await freePorts(1);
  const processes = [run(process.execPath, [PROGRAM, String(port)])];
  await listening(port);
  const access = { dialogue: 'http-get', path: '/objects/' };
  return { processes, ports: [port], get: access, seed: httpSeed(port, access.path) };
}
