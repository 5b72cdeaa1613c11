import { createServer } from 'node:net';
import { nameOf } from './homes.js';
import { listed } from './outcome.js';

export const host = '127.0.0.1';
const mostTries = 200;

/** Whether a server could listen there now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Those of `ports` that another program holds. */
export async function takenPorts(ports: readonly number[]): Promise<number[]> {
  const free = await Promise.all(ports.map(isFree));
  return ports.filter((_, index) => !free[index]);
}

/** Which ports servers cannot have, and what to do about it. Undefined when they can have all of them. */
export async function takenSentence(ports: readonly number[]): Promise<string | undefined> {
  const taken = await takenPorts(ports);
  if (taken.length === 0) return undefined;
  const each = listed(taken.map((port) => `port ${port}, which ${nameOf(port)} needs,`));
  const [verb, them] = taken.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return `${each.replace('p', 'P')} ${verb} taken by another program: end ${them}, or choose others with --port.`;
}

/**
 * The first free port from 1000 above the HTTP port. Near the HTTP port rather than any free one: those lie where the
 * system takes the local ports of outgoing connections from, so that one could be gone when its server is rebooted.
 */
export async function chooseRingPort(httpPort: number, reserved: ReadonlySet<number>): Promise<number> {
  const from = httpPort + 1_000 <= 65_535 - mostTries ? httpPort + 1_000 : httpPort - 1_000 - mostTries;
  for (let port = from; port < from + mostTries; port++) {
    if (!reserved.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`No port from ${from} to ${from + mostTries - 1} is free for the ring; free one of them.`);
}

/** The next free port below, undefined when there is none near. */
export async function nextLowerPort(
  above: number,
  reserved: ReadonlySet<number>,
): Promise<number | undefined> {
  for (let port = above - 1; port > Math.max(0, above - 1 - mostTries); port--) {
    if (!reserved.has(port) && (await isFree(port))) return port;
  }
  return undefined;
}
