import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { compareKeys } from './key-order.js';
import { SortedKeys } from './sorted-keys.js';

describe('SortedKeys', () => {
  it('lists what a set holds, in byte order, from any key on', () => {
    const key = fc.string({ unit: 'binary', maxLength: 3 });
    const change = fc.record({ name: key, adds: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 300 }), key, (changes, start) => {
        const [keys, model] = [new SortedKeys(), new Set<string>()];
        for (const { name, adds } of changes) {
          if (!adds) keys.delete(name);
          else if (!model.has(name)) keys.add(name);
          if (adds) model.add(name);
          else model.delete(name);
        }
        const expected = [...model].filter((one) => compareKeys(one, start) >= 0).toSorted(compareKeys);
        expect([...keys.from(start)]).toEqual(expected);
      }),
    );
  });

  it('stays in order over many blocks', () => {
    const keys = new SortedKeys();
    const all = Array.from({ length: 5000 }, (_, index) => String((index * 7919) % 5000).padStart(4, '0'));
    for (const key of all) keys.add(key);
    for (const key of all.slice(0, 2500)) keys.delete(key);
    expect([...keys.from('2')]).toEqual(
      all
        .slice(2500)
        .filter((key) => key >= '2')
        .toSorted(),
    );
  });
});
