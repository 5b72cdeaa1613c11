import { describe, expect, it } from '@jest/globals';
import { Stash } from './stash.js';
import { bytes } from './testing/fixtures.js';

describe('Stash', () => {
  it('gives the body of a request once, each origin by itself', () => {
    const stash = new Stash();
    stash.put(1, 1, bytes('a'));
    stash.put(2, 1, bytes('b'));
    expect([stash.take(1, 1), stash.take(1, 1), stash.take(2, 1)]).toEqual([
      bytes('a'),
      undefined,
      bytes('b'),
    ]);
  });

  it('tells a request without a body from one that did not pass here', () => {
    const stash = new Stash();
    stash.put(1, 3, null);
    expect([stash.take(1, 3), stash.take(1, 4), stash.take(9, 1)]).toEqual([null, undefined, undefined]);
    stash.put(1, 6, bytes('later'));
    expect(stash.take(1, 5)).toBeUndefined();
  });

  it('passes over requests whose records came with their bodies', () => {
    const stash = new Stash();
    for (const request of [1, 2, 3]) stash.put(1, request, bytes(`${request}`));
    expect([stash.take(1, 2), stash.take(1, 3)]).toEqual([bytes('2'), bytes('3')]);
  });

  it('keeps nothing over a change of the view', () => {
    const stash = new Stash();
    stash.put(1, 1, bytes('a'));
    stash.clear();
    expect(stash.take(1, 1)).toBeUndefined();
  });
});
