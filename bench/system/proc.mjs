/** What a process has used, read from /proc: on Linux only. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** For `Finding.absent`, where there is no such thing. */
export const NEEDS_PROC = process.platform === 'linux' ? undefined : 'needs /proc';

export const MEBIBYTE = 1024 * 1024;

const BYTES_IN_KIB = 1024;
/** Written to `clear_refs`, it sets the peak back to what is resident now. */
const FORGET_PEAK = '5';

let ticksPerSecond = 0;

/** @param {number} pid @returns {number} seconds of CPU time so far, of all its threads */
export function cpuSeconds(pid) {
  ticksPerSecond ||= Number(execFileSync('getconf', ['CLK_TCK']));
  // The fields after the name, which is in parentheses and may contain anything; user and system time.
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** @param {number} pid */
export const residentBytes = (pid) => statusBytes(pid, 'VmRSS');

/** @param {number} pid the most it has had since `forgetPeak` */
export const peakBytes = (pid) => statusBytes(pid, 'VmHWM');

/** @param {number} pid */
export function forgetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, FORGET_PEAK);
}

/** @param {number} pid @param {string} field */
function statusBytes(pid, field) {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) * BYTES_IN_KIB;
}
