import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Queue } from './queue.js';

/** A number is pushed. */
const operation = fc.oneof(
  { weight: 5, arbitrary: fc.nat() },
  { weight: 4, arbitrary: fc.constant('shift' as const) },
  { weight: 1, arbitrary: fc.constant('pop' as const) },
);

function results(
  of: Pick<number[], 'shift' | 'pop'> & { push(item: number): unknown },
  operations: unknown[],
): unknown[] {
  return operations.map((one) => {
    if (one === 'shift' || one === 'pop') return of[one]();
    of.push(one as number);
    return null;
  });
}

describe('Queue', () => {
  it('does what an array does', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const queue = new Queue<number>();
        const model: number[] = [];
        expect(results(queue, operations)).toEqual(results(model, operations));
        expect([queue.length, queue.at(0), queue.at(1)]).toEqual([model.length, model[0], model[1]]);
        expect(queue.toArray()).toEqual(model);
      }),
    );
  });

  it('keeps its order while it grows and shrinks', () => {
    const queue = new Queue<number>();
    for (let item = 0; item < 3000; item++) queue.push(item);
    for (let item = 0; item < 2900; item++) expect(queue.shift()).toBe(item);
    queue.set(1, -1);
    expect(queue.toArray().slice(0, 3)).toEqual([2900, -1, 2902]);
    expect([queue.length, queue.at(99), queue.at(100)]).toEqual([100, 2999, undefined]);
  });

  it('is empty after it was cleared', () => {
    const queue = new Queue<number>();
    queue.push(1);
    queue.clear();
    expect([queue.length, queue.shift(), queue.pop(), queue.at(0)]).toEqual([0, ...Array(3)]);
  });
});
