import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isLinearizableByDefinition } from './brute-force.js';
import { type EtcdInput, type EtcdOutput, etcdRegister } from './etcd-log.js';
import {
  checkHistory,
  checkLinearizable,
  type Input,
  type Model,
  type Operation,
  type Output,
  register,
} from './index.js';

const RUNS = 1_500;
/** So many histories of either verdict have to be among them for the agreement to mean something. */
const ENOUGH = 200;

/** What is drawn for one operation: when it ran, when it took effect within that, and what the client learned. */
interface Draw<I> {
  readonly call: number;
  readonly length: number;
  readonly moment: number;
  readonly fate: 'answered' | 'open' | 'lost';
  readonly key: string;
  readonly make: (value: number) => I;
}

function draws<I>(make: fc.Arbitrary<(value: number) => I>, keys: readonly string[], maxLength: number) {
  const draw: fc.Arbitrary<Draw<I>> = fc.record({
    call: fc.nat(2 * maxLength),
    length: fc.nat(5),
    moment: fc.double({ min: 0, max: 1, noNaN: true }),
    fate: fc.constantFrom('answered', 'answered', 'answered', 'open', 'lost'),
    key: fc.constantFrom(...keys),
    make,
  });
  return fc.array(draw, { minLength: 4, maxLength, size: 'max' });
}

/** Plays the draws on a real register, each at its moment: a history that is linearizable because it happened so. */
function play<S, I, O>(
  model: Model<S, I, O>,
  drawn: readonly Draw<I>[],
  answersOf: (input: I, state: S) => readonly O[],
): Operation<I, O>[] {
  const states = new Map<string, S>();
  const momentOf = ({ call, length, moment }: Draw<I>) => call + length * moment;
  return drawn
    .toSorted((a, b) => momentOf(a) - momentOf(b))
    .map((draw, index) => {
      const state = states.get(draw.key) ?? model.initial;
      const input = draw.make(index);
      const output = answersOf(input, state).find((answer) => model.step(state, input, answer)[0])!;
      if (draw.fate !== 'lost') states.set(draw.key, model.step(state, input, null)[1]);
      const known = draw.fate === 'answered';
      const end = known ? draw.call + draw.length : Infinity;
      return {
        client: index,
        key: draw.key,
        call: draw.call,
        return: end,
        input,
        output: known ? output : null,
      };
    });
}

type Fault =
  | { readonly kind: 'answer'; readonly at: number; readonly from: number }
  | { readonly kind: 'time'; readonly at: number; readonly by: number };

const faults: fc.Arbitrary<Fault[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('answer' as const), at: fc.nat(5), from: fc.nat(5) }),
    fc.record({ kind: fc.constant('time' as const), at: fc.nat(5), by: fc.integer({ min: -12, max: 12 }) }),
  ),
  { minLength: 1, maxLength: 4, size: 'max' },
);

/** Gives operations the answers of others, or another time: many such histories have no order, some still have one. */
function tamper<I, O>(history: readonly Operation<I, O>[], faulty: readonly Fault[]): Operation<I, O>[] {
  return faulty.reduce(
    (operations, fault) => {
      const target = operations[fault.at];
      return target ? operations.with(fault.at, spoil(target, fault, operations)) : operations;
    },
    [...history],
  );
}

function spoil<I, O>(target: Operation<I, O>, fault: Fault, operations: readonly Operation<I, O>[]) {
  if (fault.kind === 'time')
    return { ...target, call: target.call + fault.by, return: target.return + fault.by };
  const output = operations[fault.from]?.output ?? null;
  return target.output === null || output === null ? target : { ...target, output };
}

const objectInputs = fc
  .tuple(fc.constantFrom('get', 'get', 'put', 'create', 'replace', 'delete', 'cut'), fc.nat(5))
  .map(([kind, back]) => (index: number): Input => {
    const [value, expected] = [`v${index}`, `v${index - 1 - back}`];
    if (kind === 'cut') return { kind: 'delete', expect: expected };
    if (kind === 'replace') return { kind, value, expect: expected };
    return kind === 'put' || kind === 'create'
      ? { kind, value }
      : { kind: kind === 'get' ? 'get' : 'delete' };
  });

function objectAnswers(_: Input, state: string | null): readonly Output[] {
  return ['created', 'replaced', 'absent', 'refused', 'done', ...(state === null ? [] : [{ value: state }])];
}

/** Small numbers that come again and again, unlike the values of objects. */
const etcdInputs: fc.Arbitrary<() => EtcdInput> = fc
  .oneof(
    fc.constant({ kind: 'read' } as const),
    fc.record({ kind: fc.constant('write' as const), value: fc.nat(2) }),
    fc.record({ kind: fc.constant('cas' as const), from: fc.nat(2), to: fc.nat(2) }),
  )
  .map((input) => () => input);

function etcdAnswers(_: EtcdInput, state: number | null): readonly EtcdOutput[] {
  return ['ok', 'fail', { read: state }];
}

describe('the checker', () => {
  it('agrees with the definition on small histories of objects', () => {
    const histories = draws(objectInputs, ['a'], 6).map((drawn) => play(register, drawn, objectAnswers));
    expect(compare(register, histories)).toBeGreaterThan(ENOUGH);
  });

  it('agrees with the definition on small histories of a register whose values come again', () => {
    const histories = draws(etcdInputs, ['a'], 6).map((drawn) => play(etcdRegister, drawn, etcdAnswers));
    expect(compare(etcdRegister, histories)).toBeGreaterThan(ENOUGH);
  });

  it('accepts what really happened, however many took part', () => {
    fc.assert(
      fc.property(draws(objectInputs, ['a', 'b'], 120), (drawn) => {
        expect(checkLinearizable(play(register, drawn, objectAnswers))).toEqual({ ok: true });
      }),
      { numRuns: 200 },
    );
  });

  it('explains by operations that have no order even when only their answers are believed', () => {
    fc.assert(
      fc.property(draws(objectInputs, ['a', 'b'], 7), faults, (drawn, faulty) => {
        const history = tamper(play(register, drawn, objectAnswers), faulty);
        const verdict = checkLinearizable(history);
        if (verdict.ok || verdict.undecided) return;
        const believed = verdict.culprit.operations;
        const part = history.filter(({ key }) => key === verdict.key);
        const rest = part.filter((operation) => !believed.includes(operation));
        const open = rest.map((operation) => ({ ...operation, output: null }));
        expect(isLinearizableByDefinition(register, [...believed, ...open])).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Compares the verdicts on spoilt histories, and answers how many of the rarer verdict there were. */
function compare<S, I, O>(model: Model<S, I, O>, histories: fc.Arbitrary<Operation<I, O>[]>): number {
  const verdicts = { true: 0, false: 0 };
  fc.assert(
    fc.property(histories, faults, (sound, faulty) => {
      const history = tamper(sound, faulty);
      const expected = isLinearizableByDefinition(model, history);
      verdicts[`${expected}`] += 1;
      expect(checkHistory(model, history).ok).toBe(expected);
    }),
    { numRuns: RUNS },
  );
  return Math.min(verdicts.true, verdicts.false);
}
