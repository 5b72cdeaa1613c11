import { describe, expect, it } from '@jest/globals';
import { conflictKey, conflictsOf, FIRST_KEY, isConflict, subjectOf } from './conflicts.js';
import { compareKeys } from './key-order.js';

const KEYS = ['k', 'a/b', 'conflicts/', '\u0001', 'ä\u{1f600}', 'k\u0001'];

describe('The key of a conflict', () => {
  it.each(KEYS)('tells which object it is about: %j', (key) => {
    const kept = conflictKey(key, 12);
    expect([isConflict(kept), subjectOf(kept)]).toEqual([true, key]);
    expect([isConflict(key), subjectOf(key)]).toEqual([false, key]);
  });

  it('begins like those of its object, and not like those of any other', () => {
    const kept = conflictKey('k', 12);
    const prefixes = [conflictsOf('k'), conflictsOf(), conflictsOf('k1'), conflictsOf('')];
    expect(prefixes.map((prefix) => kept.startsWith(prefix))).toEqual([true, true, false, false]);
    expect(conflictKey('k1', 2).startsWith(conflictsOf('k'))).toBe(false);
  });

  it('is another one for another revision', () => {
    expect(new Set([1, 11, 111].map((revision) => conflictKey('k', revision))).size).toBe(3);
  });

  it('comes before every key that a client may use', () => {
    const kept = conflictKey('\u{10ffff}', 12);
    expect(compareKeys(kept, FIRST_KEY)).toBeLessThan(0);
    for (const key of KEYS) expect(compareKeys(key, FIRST_KEY)).toBeGreaterThanOrEqual(0);
  });
});
