import { describe, expect, it } from '@jest/globals';
import {
  checkHistory,
  checkLinearizable,
  type Input,
  type Model,
  type Output,
  type RegisterOperation,
} from './index.js';

let clients = 0;

/** Every operation is a client's of its own; times are given as [call, return], or [call] for one that stays open. */
function op(
  [call, end = Infinity]: readonly [number, number?],
  input: Input,
  output: Output | null,
  key = 'a',
) {
  clients += 1;
  return { client: clients, key, call, return: end, input, output } satisfies RegisterOperation;
}

const put = (value: string): Input => ({ kind: 'put', value });
const create = (value: string): Input => ({ kind: 'create', value });
const replace = (old: string, value: string): Input => ({ kind: 'replace', expect: old, value });
const remove: Input = { kind: 'delete' };
const get: Input = { kind: 'get' };
const is = (value: string): Output => ({ value });

/** More at once than one word has bits; 7 and 40 have no common divisor, so the reads take every value in another order. */
const many = Array.from({ length: 40 }, (_, index) => index);
const writes = many.map((index) => op([0, 999], put(`v${index}`), 'done'));
const openWrites = many.map((index) => op([0], put(`v${index}`), null));
const reads = many.map((index) => op([2 * index + 1, 2 * index + 2], get, is(`v${(index * 7) % 40}`)));
const again = op([200, 201], get, is('v7'));

/** The object is deleted twice between these, and who deleted it when is left to the search. */
const goneTwice = [
  op([1, 2], put('x'), 'done'),
  op([3, 4], get, 'absent'),
  op([5, 6], put('y'), 'done'),
  op([7, 8], get, 'absent'),
];
const removeX: Input = { kind: 'delete', expect: 'x' };
const neverApplied = many.slice(0, 31).map((index) => op([0], replace('no such value', `w${index}`), null));

const good: Record<string, RegisterOperation[]> = {
  nothing: [],
  'reading nothing, then what was written': [
    op([0, 1], get, 'absent'),
    op([2, 3], put('x'), 'created'),
    op([4, 5], get, is('x')),
  ],
  'a read during a write that already sees it': [
    op([0, 9], put('x'), 'done'),
    op([1, 2], get, 'absent'),
    op([3, 4], get, is('x')),
  ],
  'concurrent writes read in the order opposite to their calls': [
    op([0, 9], put('x'), 'done'),
    op([1, 9], put('y'), 'done'),
    op([2, 3], get, is('y')),
    op([4, 5], get, is('x')),
  ],
  'times that are equal, as concurrent': [op([0, 1], put('x'), 'done'), op([1, 2], get, 'absent')],
  'one create of two': [op([0, 5], create('x'), 'refused'), op([1, 4], create('y'), 'created')],
  'a chain of replaces': [
    op([0, 1], put('x'), 'created'),
    op([2, 3], replace('x', 'y'), 'replaced'),
    op([4, 5], replace('x', 'z'), 'refused'),
    op([6, 7], { kind: 'delete', expect: 'x' }, 'refused'),
    op([8, 9], { kind: 'delete', expect: 'y' }, 'done'),
    op([10, 11], replace('y', 'w'), 'refused'),
  ],
  'delete, once done and once 404': [
    op([0, 1], put('x'), 'done'),
    op([2, 5], remove, 'absent'),
    op([2, 5], remove, 'done'),
  ],
  'an open write applied late': [
    op([0], put('x'), null),
    op([1, 2], put('y'), 'done'),
    op([3, 4], get, is('y')),
    op([5, 6], get, is('x')),
  ],
  'an open write never applied': [op([0], put('x'), null), op([1, 2], get, 'absent')],
  'an open write, although its call is said to have returned': [
    op([0, 1], put('x'), null),
    op([2, 3], get, 'absent'),
    op([4, 5], get, is('x')),
  ],
  'an open delete between two creates': [
    op([0, 1], create('x'), 'created'),
    op([2], remove, null),
    op([3, 4], create('y'), 'created'),
  ],
  'two open deletes, of which only one can be the later': [
    op([0], remove, null),
    op([0], removeX, null),
    ...goneTwice,
  ],
  'the same among many open operations': [
    op([0], remove, null),
    ...neverApplied,
    op([0], removeX, null),
    ...goneTwice,
  ],
  'a slow and an open delete, of which only the slow one can be the later': [
    op([0, 99], remove, 'done'),
    op([0], removeX, null),
    ...goneTwice,
  ],
  'forty writes at once, read in another order': [...writes, ...reads],
  'forty open writes, read in another order': [...openWrites, ...reads],
  'an open replace that decides a later refusal': [
    op([0, 1], put('x'), 'done'),
    op([2], replace('x', 'y'), null),
    op([3, 4], replace('x', 'z'), 'refused'),
  ],
};

const bad: Record<string, RegisterOperation[]> = {
  'a stale read': [op([0, 1], put('x'), 'done'), op([2, 3], put('y'), 'done'), op([4, 5], get, is('x'))],
  'a lost write': [op([0, 1], put('x'), 'done'), op([2, 3], get, 'absent')],
  'a value from nowhere': [op([0, 1], get, is('x'))],
  'a value before its write was called': [op([0, 1], get, is('x')), op([2, 3], put('x'), 'done')],
  'a write applied twice': [
    op([0, 1], put('x'), 'done'),
    op([2, 3], put('y'), 'done'),
    op([4, 5], get, is('y')),
    op([6, 7], get, is('x')),
  ],
  'an open write applied twice': [
    op([0], put('x'), null),
    op([1, 2], get, is('x')),
    op([3, 4], put('y'), 'done'),
    op([5, 6], get, is('y')),
    op([7, 8], get, is('x')),
    op([9, 10], get, is('y')),
  ],
  'an open write that took effect before its call': [op([0, 1], get, is('x')), op([2], put('x'), null)],
  'two reads that see concurrent writes in different orders': [
    op([0, 9], put('x'), 'done'),
    op([0, 9], put('y'), 'done'),
    op([1, 2], get, is('x')),
    op([3, 4], get, is('y')),
    op([5, 6], get, is('x')),
  ],
  'a create that wins twice': [op([0, 5], create('x'), 'created'), op([1, 4], create('y'), 'created')],
  'a create refused where nothing was': [op([0, 1], create('x'), 'refused')],
  'a replace that wins twice': [
    op([0, 1], put('x'), 'done'),
    op([2, 5], replace('x', 'y'), 'replaced'),
    op([2, 5], replace('x', 'z'), 'replaced'),
  ],
  'a put that says 201 over an object': [op([0, 1], put('x'), 'done'), op([2, 3], put('y'), 'created')],
  'a put that says 204 over nothing': [op([0, 1], put('x'), 'replaced')],
  'a delete undone': [op([0, 1], put('x'), 'done'), op([2, 3], remove, 'done'), op([4, 5], get, is('x'))],
  'a delete that took nothing': [op([0, 1], remove, 'done')],
  'a delete that overlooked an object': [op([0, 1], put('x'), 'done'), op([2, 3], remove, 'absent')],
  'one of forty writes read twice, with others between': [...writes, ...reads, again],
  'one of forty open writes read twice, with others between': [...openWrites, ...reads, again],
  'a delete with a stale ETag': [
    op([0, 1], put('x'), 'done'),
    op([2, 3], put('y'), 'done'),
    op([4, 5], { kind: 'delete', expect: 'x' }, 'done'),
  ],
};

describe('checkLinearizable', () => {
  it.each(Object.entries(good))('accepts %s', (_, history) => {
    expect(checkLinearizable(history)).toEqual({ ok: true });
  });

  it.each(Object.entries(bad))('refuses %s', (_, history) => {
    expect(checkLinearizable(history)).toMatchObject({ ok: false, undecided: false, key: 'a' });
  });

  it('judges each key by itself', () => {
    const history = [
      op([0, 1], put('x'), 'done', 'a'),
      op([2, 3], get, 'absent', 'b'),
      op([4, 5], get, is('x'), 'b'),
    ];
    expect(checkLinearizable(history)).toMatchObject({ ok: false, key: 'b' });
    expect(checkLinearizable(history.slice(0, 2))).toEqual({ ok: true });
  });

  it('explains a violation by the answers that contradict each other, and no others', () => {
    const history = [
      op([0, 1], put('x'), 'created'),
      op([2, 3], get, is('x')),
      op([4, 5], put('y'), 'replaced'),
      op([4.5], put('w'), null),
      op([6, 7], get, is('y')),
      op([8, 9], get, is('x')),
      op([10, 11], put('z'), 'done'),
    ];
    const verdict = checkLinearizable(history);
    if (verdict.ok || verdict.undecided) throw new Error('expected a culprit');
    expect(verdict.culprit.operation).toBe(history[5]);
    expect(verdict.culprit.operations).toEqual([history[1], history[4], history[5]]);
    expect(verdict.culprit.text.split('\n')).toEqual([
      'No order explains these answers together (key "a"):',
      expect.stringMatching(/^ {2}2–3 client \d+: get → x$/),
      expect.stringMatching(/^ {2}6–7 client \d+: get → y$/),
      expect.stringMatching(/^> 8–9 client \d+: get → x$/),
      'The marked one came when the key could hold: y, w.',
    ]);
  });

  it('says undecided, never ok, when its bound is reached', () => {
    const history = Array.from({ length: 12 }, (_, index) => op([0, 1], put(`v${index}`), 'done'));
    expect(checkLinearizable(history)).toEqual({ ok: true });
    expect(checkLinearizable(history, { maxStates: 5 })).toEqual({
      ok: false,
      undecided: true,
      key: 'a',
      states: 6,
    });
  });

  it('reports a violation before a key that it could not decide', () => {
    const heavy = Array.from({ length: 12 }, (_, index) => op([0, 1], put(`v${index}`), 'done', 'heavy'));
    const verdict = checkLinearizable([...heavy, op([0, 1], get, is('x'), 'b')], { maxStates: 5 });
    expect(verdict).toMatchObject({ ok: false, undecided: false, key: 'b' });
  });

  it.each([
    ['returns before its call', op([2, 1], get, 'absent')],
    ['has no time of call', op([NaN, 1], get, 'absent')],
    ['has no time of return', op([0, NaN], get, 'absent')],
  ])('throws at an operation that %s', (_, operation) => {
    expect(() => checkLinearizable([operation])).toThrow('The recorder is broken');
  });
});

/** Each call adds one and answers the sum. */
const counter: Model<number, 'add', number> = {
  initial: 0,
  step: (state, _, output) => [output === null || output === state + 1, state + 1],
  key: (state) => state,
};

function add(call: number, end: number, output: number | null) {
  return { client: 1, key: '', call, return: end, input: 'add', output } as const;
}

describe('checkHistory', () => {
  it('takes any model, with nothing but its steps and the keys of its states', () => {
    expect(checkHistory(counter, [add(0, 3, 2), add(1, 2, 1), add(4, 5, 3)])).toEqual({ ok: true });
    expect(checkHistory(counter, [add(0, 1, 2), add(2, 3, 1)])).toMatchObject({ ok: false, key: '' });
  });

  it('lets an open operation count, and more than one', () => {
    const open = [add(0, Infinity, null), add(0, Infinity, null)];
    expect(checkHistory(counter, [...open, add(1, 2, 3)])).toEqual({ ok: true });
    expect(checkHistory(counter, [...open, add(1, 2, 4)])).toMatchObject({ ok: false });
  });
});
