/**
 * What a client knows of its keys. Nobody else writes to them, it has one request under way at a time, and sends a write that
 * has no certain outcome again with the same Idempotency-Key: so it knows what each key has to have, whatever happens.
 *
 * A provisional acknowledgement is the exception: such a write may come to be one of two that clash, and lie under /conflicts.
 * Until the next write that is not provisional, the key may have any of those since the last one that was not.
 */

/**
 * @typedef {object} Write
 * @property {number} count 0: none has been made yet
 * @property {'put' | 'delete'} kind
 * @property {boolean} provisional
 * @property {string} etag
 */

/** @type {Write} */
const NONE = { count: 0, kind: 'delete', provisional: false, etag: '' };

export class Entry {
  /** Acknowledged, the newest last; only the first of them may be other than provisional. */
  #acknowledged = [NONE];
  /** Given up without a certain outcome. @type {Write[]} */
  #open = [];
  #count = 0;

  /** @param {string} key */
  constructor(key) {
    this.key = key;
  }

  /** @returns {Write} the newest that was acknowledged */
  get last() {
    return this.#acknowledged.at(-1) ?? NONE;
  }

  /** Whether there is only one thing that the key may have. */
  get isCertain() {
    return this.#acknowledged.length === 1 && this.#open.length === 0;
  }

  next() {
    return ++this.#count;
  }

  /** @param {Write} write */
  acknowledge(write) {
    if (write.provisional) this.#acknowledged.push(write);
    else this.#acknowledged = [write];
  }

  /** @param {Write} write */
  giveUp(write) {
    this.#open.push(write);
  }

  /** @param {number | undefined} count of the body that is there; 0: there is none */
  allows(count) {
    const writes = [...this.#acknowledged, ...this.#open];
    return writes.some((write) => (write.kind === 'put' ? write.count : 0) === count);
  }

  /** In words, for a report. */
  get expected() {
    const told = [...this.#acknowledged, ...this.#open].map(
      ({ kind, count, provisional }) => `${kind} ${count}${provisional ? ' (provisional)' : ''}`,
    );
    return told.join(' or ');
  }
}
