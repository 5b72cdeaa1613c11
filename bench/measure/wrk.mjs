/** Debian's `wrk`, one thread: the lightest generator for GET. */
import { once } from 'node:events';
import { LOAD_CORE, canPin } from '../system/pin.mjs';
import { installed, start } from '../system/processes.mjs';

export const hasWrk = installed('wrk');

/** wrk's units, in milliseconds. */
const MILLISECONDS = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

/**
 * @param {string} url
 * @param {number} connections
 * @param {number} seconds rounded up: wrk takes whole ones
 * @returns {Promise<import('../load/types.mjs').LoadResult>}
 */
export async function wrk(url, connections, seconds) {
  const command = ['wrk', '-t1', `-c${connections}`, `-d${Math.ceil(seconds)}s`, '--latency', url];
  const [program = '', ...args] = canPin ? ['taskset', '-c', String(LOAD_CORE), ...command] : command;
  const child = start(program, args);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`wrk ended with ${code}: ${child.output()}`);
  return read(child.output());
}

/** @param {string} text what wrk prints */
function read(text) {
  const complaint = /Non-2xx or 3xx responses: (\d+)|Socket errors: .*/.exec(text);
  return {
    rate: Number(/Requests\/sec: *([\d.]+)/.exec(text)?.[1]),
    p50: percentile(text, 50),
    p99: percentile(text, 99),
    errors: complaint === null ? 0 : Number(complaint[1] ?? 1),
    firstError: complaint?.[0],
  };
}

/** @param {string} text @param {number} percent */
function percentile(text, percent) {
  const [, value, unit] = new RegExp(`\\b${percent}% +([\\d.]+)(us|ms|s|m)\\b`).exec(text) ?? [];
  return Number(value) * MILLISECONDS[/** @type {keyof typeof MILLISECONDS} */ (unit)];
}
