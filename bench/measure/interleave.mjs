/**
 * Measures entrants in turn, in short slices, so that a machine that grows slower or faster meanwhile does
 * so for all of them. One round before is not counted (code gets compiled, tables filled); every second
 * round goes in the opposite order.
 */

/**
 * @typedef {import('./types.mjs').Finding} Finding
 * @typedef {import('./types.mjs').Entrant} Entrant
 * @typedef {import('../contenders/types.mjs').Contender} Contender
 */

/**
 * @param {import('./types.mjs').Context} context
 * @param {Entrant[]} entrants
 * @param {(contender: Contender, ports: number[], entrant: Entrant) => Promise<import('../load/types.mjs').LoadResult>} slice
 * @returns {Promise<Finding[]>}
 */
export async function interleave(context, entrants, slice) {
  /** @type {{ finding: Finding, entrant: Entrant, contender: Contender }[]} */
  const present = [];
  const findings = [];
  for (const entrant of entrants) {
    const contender = await context.running.get(entrant.contender);
    const finding = emptyFinding(entrant.label);
    findings.push(finding);
    if (typeof contender === 'string') finding.absent = contender;
    else present.push({ finding, entrant, contender });
  }
  for (let round = 0; round <= context.rounds; round++) {
    const turn = round % 2 === 0 ? present : present.toReversed();
    for (const { finding, entrant, contender } of turn) {
      context.progress(`round ${round} of ${context.rounds}: ${entrant.label}`);
      const ports = entrant.choose?.(contender.ports) ?? contender.ports.slice(0, 1);
      await measure(finding, () => slice(contender, ports, entrant), round > 0);
    }
  }
  return findings;
}

/** @param {string} label @returns {Finding} */
function emptyFinding(label) {
  return { label, values: { 'per second': [], 'p50 ms': [], 'p99 ms': [] } };
}

/**
 * @param {Finding} finding
 * @param {() => Promise<import('../load/types.mjs').LoadResult>} slice
 * @param {boolean} counted
 */
async function measure(finding, slice, counted) {
  try {
    const result = await slice();
    if (result.errors > 0) finding.errors ??= `${result.errors} errors in a slice: ${result.firstError}`;
    if (counted) record(finding, result);
  } catch (error) {
    finding.errors ??= /** @type {Error} */ (error).message;
    if (counted) record(finding, { rate: Number.NaN, p50: Number.NaN, p99: Number.NaN });
  }
}

/** @param {Finding} finding @param {{ rate: number, p50: number, p99: number }} result */
function record(finding, { rate, p50, p99 }) {
  finding.values['per second']?.push(rate);
  finding.values['p50 ms']?.push(p50);
  finding.values['p99 ms']?.push(p99);
}
