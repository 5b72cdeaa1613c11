import type { Model, Operation } from './history.js';

/**
 * For each operation that is open, the one before it that does exactly the same; -1 when there is none. Of such twins the
 * earlier called can stand wherever the later one could, so that the search need only try the first that is left.
 */
export function twinsOf<S, I, O>(model: Model<S, I, O>, operations: readonly Operation<I, O>[]): Int32Array {
  const twins = new Int32Array(operations.length).fill(-1);
  const latest = new Map<string, number>();
  for (const [index, { input, output }] of operations.entries()) {
    const transition = output === null ? model.transition?.(input, output) : undefined;
    if (transition?.to === undefined) continue;
    const effect = JSON.stringify([transition.from === undefined, transition.from, transition.to]);
    twins[index] = latest.get(effect) ?? -1;
    latest.set(effect, index);
  }
  return twins;
}
