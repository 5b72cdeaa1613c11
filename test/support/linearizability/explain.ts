import type { Culprit, Model, Operation } from './history.js';
import { Search } from './search.js';

/** In a longer history the operations just before the contradiction are shown as they are. */
const MAX_REDUCED = 10_000;
const MAX_ATTEMPTS = 400;
const MAX_STATES_PER_ATTEMPT = 10_000;
const MAX_SHOWN = 24;

/**
 * Reduces a history without an order to a few operations that already contradict each other.
 *
 * Leaving an operation out could invent a contradiction (its value would come from nowhere); forgetting its answer
 * cannot, since all that was possible stays possible. So answers are forgotten as long as no order is found, and the
 * operations whose answers are left are the explanation.
 */
export function explain<S, I, O>(
  model: Model<S, I, O>,
  history: readonly Operation<I, O>[],
  maxStates: number,
): Culprit<I, O> {
  const answered = history.filter(({ output }) => output !== null).toSorted((a, b) => a.return - b.return);
  const count = shortestContradiction(answered, (known) => contradict(model, history, known, maxStates));
  const operation = answered[count - 1]!;
  const before = history.filter((other) => other.call <= operation.return);
  const known = answered.slice(0, count);
  const core =
    before.length > MAX_REDUCED
      ? known.slice(-MAX_SHOWN)
      : reduce(known, (fewer) => contradict(model, before, fewer, MAX_STATES_PER_ATTEMPT));
  const operations = core.toSorted((a, b) => a.call - b.call);
  return { operation, operations, text: render(model, operations, operation, held(model, before, known)) };
}

type Contradicts<I, O> = (known: readonly Operation<I, O>[]) => boolean;

/** How many answers, in the order they came, it takes until they contradict each other; by bisection. */
function shortestContradiction<I, O>(
  answered: readonly Operation<I, O>[],
  contradicts: Contradicts<I, O>,
): number {
  let [possible, impossible] = [0, answered.length];
  while (impossible - possible > 1) {
    const middle = (possible + impossible) >>> 1;
    if (contradicts(answered.slice(0, middle))) impossible = middle;
    else possible = middle;
  }
  return impossible;
}

/** Keeps the last, the culprit. Halves first, then smaller pieces, down to single answers; the oldest go first. */
function reduce<I, O>(
  known: readonly Operation<I, O>[],
  contradicts: Contradicts<I, O>,
): readonly Operation<I, O>[] {
  let kept = known;
  let attempts = 0;
  for (let size = known.length - 1; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < kept.length - 1 && attempts < MAX_ATTEMPTS; attempts += 1) {
      const fewer = kept.toSpliced(start, Math.min(size, kept.length - 1 - start));
      if (contradicts(fewer)) kept = fewer;
      else start += size;
    }
  }
  return kept;
}

function contradict<S, I, O>(
  model: Model<S, I, O>,
  history: readonly Operation<I, O>[],
  known: readonly Operation<I, O>[],
  maxStates: number,
): boolean {
  return new Search(model, forgetAnswersBut(history, known), maxStates).run().outcome === 'impossible';
}

/** What the key could hold when the last of these answered: the states at the furthest point some order came to. */
function held<S, I, O>(
  model: Model<S, I, O>,
  history: readonly Operation<I, O>[],
  known: readonly Operation<I, O>[],
): readonly S[] {
  // Without `from`: to foresee the dead end is what must not happen here.
  const blind: Model<S, I, O> = {
    initial: model.initial,
    step: (state, input, output) => model.step(state, input, output),
    key: (state) => model.key(state),
    transition: model.transition && ((input, output) => ({ to: model.transition?.(input, output).to })),
  };
  return new Search(blind, forgetAnswersBut(history, known), MAX_STATES_PER_ATTEMPT).run().held;
}

function forgetAnswersBut<I, O>(
  history: readonly Operation<I, O>[],
  known: readonly Operation<I, O>[],
): readonly Operation<I, O>[] {
  const kept = new Set(known);
  return history.map((operation) =>
    kept.has(operation) ? operation : { ...operation, output: null, return: Infinity },
  );
}

function render<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  culprit: Operation<I, O>,
  states: readonly S[],
): string {
  const lines = operations.map((operation) => {
    const what = model.describe?.(operation) ?? JSON.stringify([operation.input, operation.output]);
    const when = `${operation.call}–${operation.return}`;
    return `${operation === culprit ? '>' : ' '} ${when} client ${operation.client}: ${what}`;
  });
  const names = states
    .slice(0, MAX_SHOWN)
    .map((state) => model.describeState?.(state) ?? String(model.key(state)));
  return [
    `No order explains these answers together (key ${JSON.stringify(culprit.key)}):`,
    ...lines,
    `The marked one came when the key could hold: ${names.join(', ')}.`,
  ].join('\n');
}
