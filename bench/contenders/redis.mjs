/** Redis: a primary with two replicas, no disk. A write is SET with WAIT 2: all three have it. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { freePorts, listening, until } from '../system/ports.mjs';
import { installed, start as run, temporaryDirectory } from '../system/processes.mjs';

const ONLINE_MS = 15_000;

export const name = 'redis';
export const what = 'SET + WAIT 2 in one packet, two replicas, memory';
export const absent = () => (installed('redis-server') ? undefined : 'not installed');

/** @returns {Promise<import('./types.mjs').Contender>} */
export async function start() {
  const ports = await freePorts(3);
  const [primary = 0, ...replicas] = ports;
  const processes = [startRedis(primary)];
  await listening(primary);
  processes.push(...replicas.map((port) => startRedis(port, ['--replicaof', '127.0.0.1', String(primary)])));
  await until('two replicas online', ONLINE_MS, async () => {
    const info = await infoOf(primary);
    return (info.match(/state=online/g) ?? []).length === 2 || undefined;
  });
  return { processes, ports: [primary], put: { dialogue: 'redis-put' } };
}

/**
 * @param {number} port
 * @param {string[]} [more]
 */
export function startRedis(port, more = []) {
  const memoryOnly = ['--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0'];
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', temporaryDirectory()];
  return run('redis-server', [...where, ...memoryOnly, ...more]);
}

/** @param {number} port */
async function infoOf(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write('INFO replication\r\n');
    const [chunk] = await once(socket, 'data');
    return String(chunk);
  } finally {
    socket.destroy();
  }
}
