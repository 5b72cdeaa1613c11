import type { Model, Operation } from './history.js';
import type { StateTable } from './state-table.js';

const NONE = -1;

/**
 * Which states the operations not linearized yet still ask for, and who can still bring them about. A state that is
 * left while someone needs it and nobody can make it again has no future: seen here at once, the mistake would
 * otherwise show at that someone's return, after everything in between had been tried in every order.
 */
export class Demand {
  private readonly needs: Int32Array;
  private readonly makers: Int32Array;

  private constructor(
    stateCount: number,
    private readonly from: Int32Array,
    private readonly to: Int32Array,
    private readonly isTold: boolean,
  ) {
    this.needs = tally(from, stateCount);
    this.makers = tally(to, stateCount);
  }

  static of<S, I, O>(
    model: Model<S, I, O>,
    operations: readonly Operation<I, O>[],
    states: StateTable<S>,
  ): Demand {
    const from = new Int32Array(operations.length).fill(NONE);
    const to = new Int32Array(operations.length).fill(NONE);
    for (const [index, { input, output }] of operations.entries()) {
      const transition = model.transition?.(input, output) ?? {};
      // What is open need never be done, so it needs nothing.
      if (transition.from !== undefined && output !== null) from[index] = states.idOfKey(transition.from);
      if (transition.to !== undefined) to[index] = states.idOfKey(transition.to);
    }
    return new Demand(states.size, from, to, model.transition !== undefined);
  }

  /** Whether an operation with this answer changes nothing, in any state: not merely in the present one. */
  isRead(index: number): boolean {
    return this.isTold && this.to[index] === NONE;
  }

  /** Whether this operation, leaving the state, would leave someone behind who needs it. */
  isBetrayedBy(index: number, state: number): boolean {
    const own = this.from[index] === state ? 1 : 0;
    return this.makers[state] === 0 && this.needs[state]! > own;
  }

  take(index: number): void {
    this.count(index, -1);
  }

  undo(index: number): void {
    this.count(index, 1);
  }

  private count(index: number, by: number): void {
    if (this.from[index] !== NONE) this.needs[this.from[index]!]! += by;
    if (this.to[index] !== NONE) this.makers[this.to[index]!]! += by;
  }
}

function tally(states: Int32Array, size: number): Int32Array {
  const counts = new Int32Array(size);
  for (const state of states) if (state !== NONE) counts[state]! += 1;
  return counts;
}
