/** One call of a client, as a recorder saw it from outside. */
export interface Operation<I, O> {
  readonly client: number | string;
  readonly key: string;
  /** When the call was sent, on a clock that all clients of the history share. Its unit is the recorder's own. */
  readonly call: number;
  /**
   * When the answer arrived; Infinity when none did. Times that are equal count as concurrent, so a coarse clock can
   * hide a violation but never invent one: a recorder that can should number its events instead of reading a clock.
   */
  readonly return: number;
  readonly input: I;
  /**
   * The answer; null when the outcome is unknown. Such an operation stays open whatever `return` says: it may take
   * effect at any time after its call, or never. What certainly was not done is left out of the history altogether.
   */
  readonly output: O | null;
}

/** What a state is told apart by, and what `key` therefore has to answer: equal for equal states only. */
export type StateKey = string | number | boolean | null;

/** By key of state; left out where there is none, or none in particular. */
export interface Transition {
  readonly from?: StateKey;
  readonly to?: StateKey;
}

/** A sequential specification: what one copy, handling one operation at a time, would have answered. */
export interface Model<S, I, O> {
  readonly initial: S;
  /**
   * Whether `output` is a true answer to `input` in `state`, and the state after it. The output null agrees with
   * everything; it asks what the operation does if it is done. Pure: the search calls it in any order, and again.
   */
  step(state: S, input: I, output: O | null): readonly [ok: boolean, state: S];
  key(state: S): StateKey;
  /** Names the part of the state that an operation touches. Parts that share nothing are checked one by one (P-compositionality). */
  partition?(operation: Operation<I, O>): string;
  /**
   * Optional, for speed: `from` is the only state that `output` is a true answer in, `to` the state that the operation
   * leads to. An operation without `to` is taken for one that, where `output` is true, never changes the state. Where the
   * output is null, `from` is the only state that the operation changes; without it, it leads to `to` from anywhere.
   */
  transition?(input: I, output: O | null): Transition;
  /** Optional, for speed: a history with the same verdict, of as many operations, in which fewer states differ. */
  simplify?(operations: readonly Operation<I, O>[]): readonly Operation<I, O>[];
  describe?(operation: Operation<I, O>): string;
  describeState?(state: S): string;
}

/** Why a history has no order: operations whose answers cannot all be true, in the order of their calls. */
export interface Culprit<I, O> {
  /** The first operation, in order of return, whose answer no order of those before it explains. */
  readonly operation: Operation<I, O>;
  readonly operations: readonly Operation<I, O>[];
  /** The same, and the states that were possible when `operation` answered, to be read by a person. */
  readonly text: string;
}

export type Verdict<I, O> =
  | { readonly ok: true }
  | { readonly ok: false; readonly undecided: false; readonly key: string; readonly culprit: Culprit<I, O> }
  | { readonly ok: false; readonly undecided: true; readonly key: string; readonly states: number };

export interface CheckOptions {
  /** How many states the search may enter for one key before it gives up, undecided. */
  readonly maxStates?: number;
}
