import type { Model, Operation } from './history.js';

/**
 * The definition of linearizability, spelled out: some permutation of the closed operations and of some of the open ones keeps
 * the order of those that did not overlap, and is one that the model could have answered. For a handful of operations.
 */
export function isLinearizableByDefinition<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
): boolean {
  const closed = operations.filter(({ output }) => output !== null);
  const open = operations.filter(({ output }) => output === null);
  return subsets(open).some((applied) =>
    permutations([...closed, ...applied]).some((order) => keepsTime(order) && isLegal(model, order)),
  );
}

function subsets<T>(items: readonly T[]): T[][] {
  return items.reduce<T[][]>((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]]);
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

function keepsTime<I, O>(order: readonly Operation<I, O>[]): boolean {
  return order.every((earlier, index) => order.slice(index + 1).every((later) => !precedes(later, earlier)));
}

function precedes<I, O>(one: Operation<I, O>, other: Operation<I, O>): boolean {
  return one.output !== null && one.return < other.call;
}

function isLegal<S, I, O>(model: Model<S, I, O>, order: readonly Operation<I, O>[]): boolean {
  let state = model.initial;
  return order.every(({ input, output }) => {
    const [ok, next] = model.step(state, input, output);
    state = next;
    return ok;
  });
}
