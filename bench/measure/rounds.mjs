/**
 * Takes figures in turn, so that a machine that grows slower or faster meanwhile does so for all of them. One
 * round before is not counted (code gets compiled, tables filled); every second round goes in the opposite
 * order.
 */

/**
 * @typedef {import('./types.mjs').Finding} Finding
 * @typedef {import('./types.mjs').Taker} Taker
 */

/**
 * @param {Pick<import('./types.mjs').Context, 'rounds' | 'progress'>} context
 * @param {Taker[]} takers
 * @returns {Promise<Finding[]>} in the order of the takers
 */
export async function inRounds(context, takers) {
  const pairs = takers.map((taker) => ({ taker, finding: emptyFinding(taker) }));
  const present = pairs.filter(({ taker }) => taker.absent === undefined);
  for (let round = 0; round <= context.rounds; round++) {
    for (const { taker, finding } of round % 2 === 0 ? present : present.toReversed()) {
      context.progress(`round ${round} of ${context.rounds}: ${taker.label}`);
      const taken = await take(taker);
      if (taken.errors !== undefined) finding.errors ??= taken.errors;
      if (round > 0)
        for (const name of taker.values) finding.values[name]?.push(taken.values[name] ?? Number.NaN);
    }
  }
  return pairs.map(({ finding }) => finding);
}

/** @param {Taker} taker @returns {Finding} */
function emptyFinding({ label, values, absent }) {
  return { label, values: Object.fromEntries(values.map((name) => [name, []])), absent };
}

/** @param {Taker} taker @returns {Promise<import('./types.mjs').Taken>} */
async function take(taker) {
  try {
    return await taker.take();
  } catch (error) {
    return { values: {}, errors: /** @type {Error} */ (error).message };
  }
}
