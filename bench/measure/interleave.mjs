/** Measures contenders under load, in turn and in short slices: see `rounds.mjs`. */
import { inRounds } from './rounds.mjs';

/**
 * @typedef {import('./types.mjs').Entrant} Entrant
 * @typedef {import('../contenders/types.mjs').Contender} Contender
 */

const values = ['per second', 'p50 ms', 'p99 ms'];

/**
 * @param {import('./types.mjs').Context} context
 * @param {Entrant[]} entrants
 * @param {(contender: Contender, ports: number[], entrant: Entrant) => Promise<import('../load/types.mjs').LoadResult>} slice
 * @returns {Promise<import('./types.mjs').Finding[]>}
 */
export async function interleave(context, entrants, slice) {
  const takers = [];
  for (const entrant of entrants) {
    const { label } = entrant;
    const contender = await context.running.get(entrant.contender);
    if (typeof contender === 'string') {
      takers.push({ label, values, absent: contender, take: () => Promise.resolve({ values: {} }) });
      continue;
    }
    const ports = entrant.choose?.(contender.ports) ?? contender.ports.slice(0, 1);
    const take = async () => taken(await slice(contender, ports, entrant));
    takers.push({ label, values, take });
  }
  return inRounds(context, takers);
}

/** @param {import('../load/types.mjs').LoadResult} result */
export function taken({ rate, p50, p99, errors, firstError }) {
  return {
    values: { 'per second': rate, 'p50 ms': p50, 'p99 ms': p99 },
    errors: errors > 0 ? `${errors} errors in a slice: ${firstError}` : undefined,
  };
}
