/** Servers on one core and the load generator on another, where the machine has two and `taskset`. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { installed } from './processes.mjs';

export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

export const canPin = availableParallelism() >= 2 && installed('taskset');

/**
 * @param {(number | undefined)[]} pids all threads of them are moved
 * @param {number | 'any'} core
 */
export function pin(pids, core) {
  if (!canPin) return;
  const cores = core === 'any' ? `0-${availableParallelism() - 1}` : String(core);
  for (const pid of pids) {
    if (pid !== undefined) spawnSync('taskset', ['-acp', cores, String(pid)], { stdio: 'ignore' });
  }
}
