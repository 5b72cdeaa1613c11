/** Things to come, soonest first; of equals, the one that was added first. */
export class Agenda {
  /** @type {{ at: number, order: number, act: () => void }[]} */
  #heap = [];
  #added = 0;

  get isEmpty() {
    return this.#heap.length === 0;
  }

  /** @param {number} at virtual ms @param {() => void} act */
  add(at, act) {
    const heap = this.#heap;
    const item = { at, order: this.#added++, act };
    let place = heap.length;
    for (; place > 0;) {
      const parent = (place - 1) >> 1;
      if (!isBefore(item, heap[parent])) break;
      heap[place] = /** @type {typeof item} */ (heap[parent]);
      place = parent;
    }
    heap[place] = item;
  }

  /** The next one. @returns {{ at: number, act: () => void }} */
  take() {
    const heap = this.#heap;
    const first = /** @type {typeof heap[0]} */ (heap[0]);
    const last = /** @type {typeof heap[0]} */ (heap.pop());
    if (heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (!isBefore(heap[child], last)) break;
      heap[place] = /** @type {typeof last} */ (heap[child]);
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

/** @param {{ at: number, order: number } | undefined} one @param {{ at: number, order: number } | undefined} other */
function isBefore(one, other) {
  if (one === undefined || other === undefined) return false;
  return one.at === other.at ? one.order < other.order : one.at < other.at;
}
