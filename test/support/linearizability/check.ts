import { explain } from './explain.js';
import type { CheckOptions, Model, Operation, Verdict } from './history.js';
import { type Input, type Output, type Register, register } from './register.js';
import { Search } from './search.js';

/** Far beyond what a sound history needs (about one per operation), and a second or two of search. */
export const DEFAULT_MAX_STATES = 1_000_000;

/** Whether the history of a ring's objects has an order that a single server could have answered it in. */
export function checkLinearizable(
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions & { readonly model?: Model<Register, Input, Output> } = {},
): Verdict<Input, Output> {
  return checkHistory(options.model ?? register, operations, options);
}

/**
 * The same for any model. A part that has no order is reported before one that could not be decided, and undecided is
 * never ok. Throws when the history is not one: a call without a time, or a return before its call.
 */
export function checkHistory<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  { maxStates = DEFAULT_MAX_STATES }: CheckOptions = {},
): Verdict<I, O> {
  let verdict: Verdict<I, O> = { ok: true };
  for (const [key, part] of partition(model, operations)) {
    const finding = new Search(model, part, maxStates).run();
    if (finding.outcome === 'impossible')
      return { ok: false, undecided: false, key, culprit: explain(model, part, maxStates) };
    if (finding.outcome === 'undecided' && verdict.ok)
      verdict = { ok: false, undecided: true, key, states: finding.states };
  }
  return verdict;
}

function partition<S, I, O>(model: Model<S, I, O>, operations: readonly Operation<I, O>[]) {
  const parts = new Map<string, Operation<I, O>[]>();
  for (const operation of operations) {
    assertTimes(operation);
    const name = model.partition?.(operation) ?? '';
    const part = parts.get(name);
    if (part) part.push(operation);
    else parts.set(name, [operation]);
  }
  return parts;
}

function assertTimes<I, O>(operation: Operation<I, O>): void {
  if (Number.isFinite(operation.call) && operation.return >= operation.call) return;
  throw new Error(`The recorder is broken: ${JSON.stringify(operation)} was not called before it returned.`);
}
