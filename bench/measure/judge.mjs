/** Compares what was found with what is to be reached. */
import { median, medianRatio } from './statistics.mjs';

/**
 * @typedef {object} Verdict
 * @property {string} figure
 * @property {string} reach
 * @property {number | null} ratio to `against`, or the value itself
 * @property {boolean | null} met null: could not be compared
 * @property {string} [why] when it could not
 */

/**
 * @param {import('./types.mjs').Reach[]} reaches
 * @param {import('./types.mjs').Finding[]} findings
 * @returns {Verdict[]}
 */
export function judge(reaches, findings) {
  const byLabel = new Map(findings.map((finding) => [finding.label, finding]));
  return reaches.map((reach) => judgeOne(reach, byLabel));
}

/**
 * @param {import('./types.mjs').Reach} reach
 * @param {Map<string, import('./types.mjs').Finding>} findings
 * @returns {Verdict}
 */
function judgeOne(reach, findings) {
  const words = { figure: `${reach.of}: ${reach.value}`, reach: reachInWords(reach) };
  const sides = [reach.of, ...(reach.against === undefined ? [] : [reach.against])];
  const missing = sides
    .map((label) => findings.get(label))
    .find((finding) => finding === undefined || finding.absent);
  if (missing !== undefined) return { ...words, ratio: null, met: null, why: missing.absent };
  const [values = [], others] = sides.map((label) => findings.get(label)?.values[reach.value] ?? []);
  const ratio = others === undefined ? median(values) : medianRatio(values, others);
  if (Number.isNaN(ratio)) return { ...words, ratio: null, met: null, why: 'no figures' };
  const errors = sides.map((label) => findings.get(label)?.errors).find((text) => text !== undefined);
  if (errors !== undefined) return { ...words, ratio, met: null, why: errors };
  return { ...words, ratio, met: ratio >= (reach.atLeast ?? 0) && ratio <= (reach.atMost ?? Infinity) };
}

/** @param {import('./types.mjs').Reach} reach */
function reachInWords({ atLeast, atMost, against }) {
  const both = atLeast !== undefined && atMost !== undefined;
  const bound = both ? `${atLeast}–${atMost}` : atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
  return against === undefined ? bound : `${bound} × ${against}`;
}
