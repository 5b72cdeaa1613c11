/** What a server costs that has nothing to do: the dearest of three. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MEBIBYTE, NEEDS_PROC, cpuSeconds, residentBytes } from '../system/proc.mjs';

const SETTLE_MS = 2000;
/** Longer than the other slices: the ticks of CPU time are of 10 ms. */
const SLICES = 2;
const label = 'ringlet, the dearest of three';
const cpu = '% of a core';
const memory = 'MiB RSS';

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'idle',
  title: 'Idle server',
  contenders: ['ringlet'],
  reach: [
    { of: label, value: cpu, atMost: 1 },
    { of: label, value: memory, atMost: 110 },
  ],
  run,
};

/**
 * @param {import('../measure/types.mjs').Context} context
 * @returns {Promise<import('../measure/types.mjs').Finding[]>}
 */
async function run(context) {
  const ringlet = await context.running.get('ringlet');
  const absent = typeof ringlet === 'string' ? ringlet : NEEDS_PROC;
  if (typeof ringlet === 'string' || absent) return [{ label, values: { [cpu]: [], [memory]: [] }, absent }];
  const pids = ringlet.processes.map((child) => Number(child.pid));
  const seconds = context.seconds * SLICES;
  await sleep(SETTLE_MS);
  const shares = [];
  for (let round = 1; round <= context.rounds; round++) {
    context.progress(`idle ${round} of ${context.rounds}`);
    const before = pids.map(cpuSeconds);
    await sleep(seconds * 1000);
    const used = pids.map((pid, index) => cpuSeconds(pid) - Number(before[index]));
    shares.push((Math.max(...used) / seconds) * 100);
  }
  return [{ label, values: { [cpu]: shares, [memory]: [Math.max(...pids.map(residentBytes)) / MEBIBYTE] } }];
}
