/** The one statistic of the bench: medians over the rounds, since absolute figures drift. */

/** @param {number[]} values @returns {number} NaN when there are none */
export function median(values) {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  const upper = /** @type {number} */ (sorted[middle]);
  return sorted.length % 2 === 1 ? upper : (upper + /** @type {number} */ (sorted[middle - 1])) / 2;
}

/**
 * Compared round by round: what drifted between the rounds drops out.
 * @param {number[]} values
 * @param {number[]} others of the same rounds
 */
export function medianRatio(values, others) {
  return median(values.map((value, round) => value / (others[round] ?? Number.NaN)));
}
