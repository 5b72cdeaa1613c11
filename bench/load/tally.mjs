/** Counts the answers of a slice. Answers before `begin` are the lead: the connections warm up. */

/** Latencies kept; beyond that many the oldest are written over, which leaves the percentiles fair. */
const KEPT = 1 << 20;

export class Tally {
  #latencies = new Float64Array(KEPT);
  #count = 0;
  #errors = 0;
  #firstError = '';
  #beganAt = Infinity;

  begin() {
    this.#beganAt = performance.now();
  }

  /** @param {number} startedAt */
  answered(startedAt) {
    const now = performance.now();
    if (now < this.#beganAt) return;
    this.#latencies[this.#count++ % KEPT] = now - startedAt;
  }

  /** Errors count from the first moment on. @param {string} problem */
  failed(problem) {
    this.#errors++;
    this.#firstError ||= problem;
  }

  /** @returns {import('./types.mjs').LoadResult} */
  end() {
    const seconds = (performance.now() - this.#beganAt) / 1000;
    const sorted = this.#latencies.subarray(0, Math.min(this.#count, KEPT)).toSorted();
    const at = (/** @type {number} */ share) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    return {
      rate: this.#count / seconds,
      p50: at(0.5),
      p99: at(0.99),
      errors: this.#errors,
      firstError: this.#firstError,
    };
  }
}
