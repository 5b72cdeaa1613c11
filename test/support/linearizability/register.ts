import type { Model, Operation, Transition } from './history.js';

/**
 * What a client asked of one object. Every value written in a history is unique, so that a value is as good as the
 * ETag of the version that carries it: `expect` stands for If-Match with that version's ETag.
 */
export type Input =
  | { readonly kind: 'get' }
  | { readonly kind: 'put'; readonly value: string }
  /** A PUT with If-None-Match: *. */
  | { readonly kind: 'create'; readonly value: string }
  /** A PUT with If-Match. */
  | { readonly kind: 'replace'; readonly value: string; readonly expect: string }
  | { readonly kind: 'delete'; readonly expect?: string };

/**
 * What the server said: `created` is 201, `replaced` the 204 of a PUT, `done` either of them or the 204 of a DELETE,
 * `absent` 404, `refused` 412, and an object the body that a GET brought.
 */
export type Output = 'done' | 'created' | 'replaced' | 'absent' | 'refused' | { readonly value: string };

export type RegisterOperation = Operation<Input, Output>;

/** The value of the object, or null while there is none. */
export type Register = string | null;

interface Effect {
  readonly state: Register;
  readonly answers: readonly Output[];
}

const created: readonly Output[] = ['created', 'done'];
const replaced: readonly Output[] = ['replaced', 'done'];
const deleted: readonly Output[] = ['done'];
const refused: readonly Output[] = ['refused'];
const absent: readonly Output[] = ['absent'];
/** If-Match on nothing is 412 by RFC 9110; 404 is as true, and whoever answers it promises no more. */
const absentOrRefused: readonly Output[] = ['absent', 'refused'];

/** One object under HTTP semantics, as a single server would keep it. */
export const register: Model<Register, Input, Output> = {
  initial: null,
  step(state, input, output) {
    const effect = perform(state, input);
    return [output === null || agrees(output, effect.answers), effect.state];
  },
  key: (state) => state,
  partition: (operation) => operation.key,
  transition,
  simplify: mergeUnread,
  describe: ({ input, output }) => `${describeInput(input)} → ${describeOutput(output)}`,
  describeState: (state) => state ?? 'nothing',
};

function perform(state: Register, input: Input): Effect {
  switch (input.kind) {
    case 'get':
      return { state, answers: state === null ? absent : [{ value: state }] };
    case 'put':
      return write(state, input.value);
    case 'create':
      return state === null ? write(state, input.value) : { state, answers: refused };
    case 'replace':
      return state === input.expect ? write(state, input.value) : { state, answers: refused };
    case 'delete':
      return remove(state, input.expect);
  }
}

function write(state: Register, value: string): Effect {
  return { state: value, answers: state === null ? created : replaced };
}

function remove(state: Register, expect: string | undefined): Effect {
  if (state === null) return { state, answers: expect === undefined ? absent : absentOrRefused };
  if (expect !== undefined && state !== expect) return { state, answers: refused };
  return { state: null, answers: deleted };
}

function agrees(output: Output, answers: readonly Output[]): boolean {
  if (typeof output === 'string') return answers.includes(output);
  const answer = answers[0];
  return typeof answer === 'object' && answer.value === output.value;
}

function transition(input: Input, output: Output | null): Transition {
  if (typeof output === 'object' && output !== null) return { from: output.value };
  if (output === 'absent') return { from: null };
  if (output === 'refused' || input.kind === 'get') return {};
  const from = stateBefore(input, output);
  const to = input.kind === 'delete' ? null : input.value;
  return from === undefined ? { to } : { from, to };
}

/** What a change that was done says of the state it found; undefined when it says nothing in particular. */
function stateBefore(input: Input, output: Output | null): Register | undefined {
  if (output === 'created' || input.kind === 'create') return null;
  return 'expect' in input ? input.expect : undefined;
}

/** No value of a history, since it could not be an ETag. */
const UNREAD = '\u0000unread';

/**
 * Gives the values that no answer and no `expect` names one name. Nobody could tell them apart, so the verdict is the
 * same; but where many writes are open or overlap, it spares the search to try each of them in the place of each other.
 */
function mergeUnread(operations: readonly RegisterOperation[]): readonly RegisterOperation[] {
  const named = new Set(operations.flatMap(({ input, output }) => namesIn(input, output)));
  return operations.map((operation) => {
    const { input } = operation;
    const unread = 'value' in input && !named.has(input.value);
    return unread ? { ...operation, input: { ...input, value: UNREAD } } : operation;
  });
}

function namesIn(input: Input, output: Output | null): readonly string[] {
  const expected = 'expect' in input && input.expect !== undefined ? [input.expect] : [];
  return typeof output === 'object' && output !== null ? [output.value, ...expected] : expected;
}

function describeInput(input: Input): string {
  const value = 'value' in input ? ` ${input.value}` : '';
  const expect = 'expect' in input && input.expect !== undefined ? ` if it is ${input.expect}` : '';
  return `${input.kind}${value}${expect}`;
}

function describeOutput(output: Output | null): string {
  if (output === null) return 'unknown';
  return typeof output === 'string' ? output : output.value;
}
