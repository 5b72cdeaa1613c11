/** What a server costs that has nothing to do: the dearest of three. Read from /proc, so on Linux only. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

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
  const linux = process.platform === 'linux';
  const absent = typeof ringlet === 'string' ? ringlet : linux ? undefined : 'needs /proc';
  if (typeof ringlet === 'string' || !linux) return [{ label, values: { [cpu]: [], [memory]: [] }, absent }];
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
  return [{ label, values: { [cpu]: shares, [memory]: [Math.max(...pids.map(residentMiB))] } }];
}

const ticksPerSecond = () => Number(execFileSync('getconf', ['CLK_TCK']));

/** @param {number} pid */
function cpuSeconds(pid) {
  // The fields after the name, which is in parentheses and may contain anything; user and system time.
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond();
}

/** @param {number} pid */
function residentMiB(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024;
}
