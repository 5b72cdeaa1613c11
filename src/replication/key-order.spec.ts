import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { compareKeys } from './key-order.js';

/** Keys that often share a beginning and differ where UTF-16 and UTF-8 order differently. */
const point = fc.constantFrom('a', 'b', '\u00e9', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}');
const key = fc.oneof(fc.string({ unit: point, maxLength: 6 }), fc.string({ unit: 'binary', maxLength: 6 }));

describe('compareKeys', () => {
  it('orders as the bytes of UTF-8 do', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareKeys(a, b))).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('puts what is above the first plane behind what is in it', () => {
    expect(['\u{1f600}', '\ufffd', 'z', ''].toSorted(compareKeys)).toEqual(['', 'z', '\ufffd', '\u{1f600}']);
  });
});
