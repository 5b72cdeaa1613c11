/** What servers need of memory while a large body comes, and while it is read again. */
import { forgetPeak, MEBIBYTE, NEEDS_PROC, peakBytes, residentBytes } from '../system/proc.mjs';
import { found } from './findings.mjs';
import { urlOf } from './large.mjs';

/** @param {number} pid @returns {number} bytes; the peak counts from now on */
export function settled(pid) {
  if (NEEDS_PROC !== undefined) return Number.NaN;
  forgetPeak(pid);
  return residentBytes(pid);
}

/**
 * Of the dearest of them.
 * @param {{ label: string, value: string }} names
 * @param {import('../contenders/ring.mjs').Ring} ring
 * @param {number[]} idle what `settled` answered of each
 * @param {number} allowedBytes what does not count
 */
export function memoryOf({ label, value }, ring, idle, allowedBytes) {
  if (NEEDS_PROC !== undefined) return { label, values: {}, absent: NEEDS_PROC };
  const above = ring.pids.map((pid, index) => peakBytes(pid) - Number(idle[index]) - allowedBytes);
  return found(label, { [value]: Math.max(...above) / MEBIBYTE });
}

/**
 * @param {import('../contenders/ring.mjs').Ring} ring
 * @param {import('../load/uploader.mjs').Uploader} uploader
 * @returns {Promise<string | undefined>} where the body is another one
 */
export async function differing(ring, uploader) {
  for (const { name, port } of ring.members) {
    if (!(await uploader.holdsTheSame(urlOf(port))))
      return `the body at ${name} is not the one that was sent`;
  }
  return undefined;
}
