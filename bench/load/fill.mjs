/** Stores each key once, however long that takes. The first answer that is no success ends it. */
import { open, opened } from './connection.mjs';

/**
 * @param {import('./types.mjs').LoadSpec} spec
 * @returns {Promise<import('./types.mjs').FillResult>}
 */
export async function fill(spec) {
  const failing = new AbortController();
  const tally = {
    answered() {},
    failed: (/** @type {string} */ problem) => failing.abort(new Error(problem)),
  };
  const connections = Array.from({ length: spec.connections }, (_, index) => open(spec, index, tally));
  try {
    await opened(connections);
    const beganAt = performance.now();
    for (const connection of connections) connection.run();
    await Promise.race([
      aborted(failing.signal),
      Promise.all(connections.map((connection) => connection.done)),
    ]);
    return { seconds: (performance.now() - beganAt) / 1000 };
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** @param {AbortSignal} signal @returns {Promise<never>} */
function aborted(signal) {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
