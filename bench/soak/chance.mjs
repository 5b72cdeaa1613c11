/** Chance that comes again with the same seed: mulberry32. The moments at which servers answer do not. */

export class Chance {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** @returns {number} from 0 to less than 1 */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** @param {number} from @param {number} to */
  between(from, to) {
    return from + this.next() * (to - from);
  }

  /** @param {number} below a whole number less than this */
  below(below) {
    return Math.floor(this.next() * below);
  }

  /** @template T @param {readonly T[]} list @returns {T} */
  oneOf(list) {
    return /** @type {T} */ (list[this.below(list.length)]);
  }

  /**
   * @template T
   * @param {readonly (readonly [number, T])[]} choices each with its share
   * @returns {T}
   */
  weighted(choices) {
    let left = this.next() * choices.reduce((sum, [share]) => sum + share, 0);
    for (const [share, choice] of choices) if ((left -= share) < 0) return choice;
    return /** @type {readonly [number, T]} */ (choices.at(-1))[1];
  }
}
