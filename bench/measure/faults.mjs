/** Faults of one member after the other, under load, and how soon writes are acknowledged at all others again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Ring, absent as notBuilt } from '../contenders/ring.mjs';
import { until } from '../system/ports.mjs';
import { found, notMeasured } from './findings.mjs';
import { percentile } from './statistics.mjs';
import { Writer } from './writer.mjs';

const SERVERS = 3;
const WRITERS_EACH = 3;
/** The fault comes at any moment of the heartbeats. */
const SHORTEST_LEAD_MS = 300;
const LEAD_SPREAD_MS = 200;
/** Later, a server counts as lost. */
const RECOVERY_MS = 15_000;

export const label = 'at every survivor';
export const p99 = 'p99 ms';
export const longest = 'longest request ms';

/**
 * @typedef {object} Fault
 * @property {string} name
 * @property {number} rounds
 * @property {(ring: Ring, victim: import('../contenders/types.mjs').Member) => void} strike
 * @property {(ring: Ring, victim: import('../contenders/types.mjs').Member) => Promise<void>} mend all are in the ring again
 */

/**
 * @param {import('./types.mjs').Context} context
 * @param {Fault} fault
 */
export async function measureFaults(context, fault) {
  const absent = notBuilt();
  if (absent !== undefined) return notMeasured([label], absent);
  const ring = await Ring.start(SERVERS);
  const recoveries = [];
  let longestMs = 0;
  try {
    for (let round = 0; round < fault.rounds; round++) {
      context.progress(`${fault.name} ${round + 1} of ${fault.rounds}`);
      const one = await strikeOnce(ring, fault, round % SERVERS);
      recoveries.push(one.recoveryMs);
      longestMs = Math.max(longestMs, one.longestMs);
    }
  } finally {
    await ring.stop();
  }
  const rounds = recoveries.length;
  const p50 = percentile(recoveries, 0.5);
  return [found(label, { rounds, 'p50 ms': p50, [p99]: percentile(recoveries, 0.99), [longest]: longestMs })];
}

/**
 * @param {Ring} ring
 * @param {Fault} fault
 * @param {number} place of the victim, from the primary on
 */
async function strikeOnce(ring, fault, place) {
  const victim = /** @type {import('../contenders/types.mjs').Member} */ (ring.members[place]);
  const survivors = ring.members.filter((member) => member !== victim);
  const groups = survivors.map(({ port, name }) =>
    Array.from({ length: WRITERS_EACH }, (_, number) => new Writer(port, `${name}-${number}`)),
  );
  const writers = groups.flat();
  try {
    await sleep(SHORTEST_LEAD_MS + Math.random() * LEAD_SPREAD_MS);
    const at = performance.now();
    fault.strike(ring, victim);
    for (const writer of writers) writer.mark(at);
    const recoveredAt = await until('a write at every survivor', RECOVERY_MS, async () => recovered(groups));
    return {
      recoveryMs: recoveredAt - at,
      longestMs: Math.max(...writers.map((writer) => writer.waitedMs())),
    };
  } finally {
    await Promise.all(writers.map((writer) => writer.stop()));
    await fault.mend(ring, victim);
  }
}

/** @param {Writer[][]} groups one for each server @returns {number | undefined} when the last of them was asked well */
function recovered(groups) {
  const first = groups.map((group) => Math.min(...group.map((writer) => writer.recoveredAt ?? Infinity)));
  const last = Math.max(...first);
  return last < Infinity ? last : undefined;
}
