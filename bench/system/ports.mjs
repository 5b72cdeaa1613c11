/** Free loopback ports, and waiting until something listens on one. */
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const RETRY_MS = 25;

/**
 * All are held open together before any is given back, so that they differ.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map(
    (server) => /** @type {import('node:net').AddressInfo} */ (server.address()).port,
  );
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/**
 * Asks again until the answer is neither undefined nor an error; the last error is part of the message.
 * @template T
 * @param {string} what completes "waited … for"
 * @param {number} timeoutMs
 * @param {() => Promise<T | undefined>} ask
 * @returns {Promise<T>}
 */
export async function until(what, timeoutMs, ask) {
  const deadline = performance.now() + timeoutMs;
  let reason = '';
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      reason = `: ${/** @type {Error} */ (error).message}`;
    }
    await sleep(RETRY_MS);
  }
  throw new Error(`waited ${timeoutMs} ms for ${what}${reason}`);
}

/**
 * @param {number} port
 * @param {number} [timeoutMs]
 */
export function listening(port, timeoutMs = 10_000) {
  return until(`a listener on port ${port}`, timeoutMs, async () => {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return true;
    } finally {
      socket.destroy();
    }
  });
}
