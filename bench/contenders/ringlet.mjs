/** Three Ringlet servers, everything in memory. */
import { httpSeed } from './http-seed.mjs';
import { PATH, Ring, absent as notBuilt } from './ring.mjs';

const SERVERS = 3;

export const name = 'ringlet';
export const what = 'three servers, acknowledged by all three, in memory';
export const absent = notBuilt;

export const start = () => startRinglet();

/**
 * @param {(name: string) => Record<string, string>} [settings] of a server, beside its name and its addresses
 * @returns {Promise<import('./types.mjs').Contender>}
 */
export async function startRinglet(settings) {
  const ring = await Ring.start(SERVERS, settings);
  return {
    processes: ring.members.map((member) => member.process),
    ports: ring.ports,
    put: { dialogue: 'http-put', path: PATH },
    get: { dialogue: 'http-get', path: PATH },
    seed: httpSeed(/** @type {number} */ (ring.ports[0]), PATH),
  };
}
