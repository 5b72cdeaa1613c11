/** Runs one slice of load: opens the connections, keeps each busy, counts, and closes them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { open, opened } from './connection.mjs';
import { Tally } from './tally.mjs';

const LEAD_MS = 200;

/**
 * @param {import('./types.mjs').LoadSpec} spec
 * @returns {Promise<import('./types.mjs').LoadResult>}
 */
export async function drive(spec) {
  const tally = new Tally();
  const connections = Array.from({ length: spec.connections }, (_, index) => open(spec, index, tally));
  try {
    await opened(connections);
    for (const connection of connections) connection.run();
    await sleep(LEAD_MS);
    tally.begin();
    const beganAt = performance.now();
    await sleep(spec.seconds * 1000);
    for (const connection of connections) {
      if (connection.waitingSince() < beganAt)
        tally.failed('a request without an answer for the whole slice');
    }
    return tally.end();
  } finally {
    for (const connection of connections) connection.close();
  }
}
