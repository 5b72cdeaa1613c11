/** What happened, counted; and what must not happen, kept in words. */

/** Of each kind no more are kept: the first ones tell. */
const KEPT = 20;

export class Log {
  /** @type {Map<string, number>} */
  #counts = new Map();
  /** @type {string[]} */
  problems = [];
  problemCount = 0;
  #isClosed = false;

  /** @param {string} what @param {number} [by] */
  count(what, by = 1) {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }

  /** @param {string} what */
  of(what) {
    return this.#counts.get(what) ?? 0;
  }

  /** @param {string} sentence about something that must not happen */
  problem(sentence) {
    if (this.#isClosed) return;
    this.problemCount += 1;
    if (this.problems.length < KEPT) this.problems.push(`${new Date().toISOString()} ${sentence}`);
    process.stderr.write(`problem: ${sentence}\n`);
  }

  /** Servers are about to be ended: what happens from now on is none of the test's. */
  close() {
    this.#isClosed = true;
  }

  get counts() {
    return Object.fromEntries([...this.#counts].toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }
}
