/** Findings of rows that are not measured in rounds. */

/**
 * @param {string[]} labels
 * @param {string} absent why
 * @returns {import('./types.mjs').Finding[]}
 */
export const notMeasured = (labels, absent) => labels.map((label) => ({ label, values: {}, absent }));

/**
 * @param {string} label
 * @param {Record<string, number>} values
 * @returns {import('./types.mjs').Finding}
 */
export const found = (label, values) => ({
  label,
  values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]])),
});
