/** Medians over the rounds, since absolute figures drift; percentiles where the worst is what counts. */

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

/** @param {number[]} values @param {number} share of them that are at most the answer @returns {number} */
export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}

/** @param {[number, number][]} points @returns {number} of the line of least squares; NaN when there is none */
export const slope = (points) => commonSlope([points]);

/**
 * Of lines of least squares that are parallel, one for each list of points: how something grows that began anew several times.
 * @param {[number, number][][]} lists
 */
export function commonSlope(lists) {
  let together = 0;
  let alone = 0;
  for (const points of lists) {
    const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
    const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
    for (const [x, y] of points) {
      together += (x - meanX) * (y - meanY);
      alone += (x - meanX) ** 2;
    }
  }
  return alone > 0 ? together / alone : Number.NaN;
}
