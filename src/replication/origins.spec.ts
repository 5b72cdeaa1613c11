import { describe, expect, it } from '@jest/globals';
import { Origins } from './origins.js';
import { record } from './testing/fixtures.js';

const of = (origin: number, request: number): ReturnType<typeof record> =>
  record(10 + request, { origin, request });

describe('Origins', () => {
  it('knows the last request of each that was numbered', () => {
    const origins = new Origins();
    for (const one of [of(1, 1), of(2, 1), of(1, 2), of(0, 0)]) origins.advance(one);
    expect(origins.entries()).toEqual([
      [1, 2],
      [2, 1],
    ]);
    expect(origins.lastOf(3)).toBe(0);
  });

  it('takes back records that were dropped, newest first, so that they may be numbered again', () => {
    const origins = new Origins();
    for (const request of [1, 2, 3]) origins.advance(of(1, request));
    origins.advance(of(0, 0));
    origins.rollback([of(0, 0), of(1, 3), of(1, 2)]);
    expect(origins.entries()).toEqual([[1, 1]]);
    origins.rollback([of(1, 1)]);
    expect(origins.lastOf(1)).toBe(0);
  });

  it('forgets those that can send no more', () => {
    const origins = new Origins();
    origins.advance(of(1, 1));
    origins.advance(of(2, 1));
    origins.retain((id) => id === 2);
    expect(origins.entries()).toEqual([[2, 1]]);
  });

  it('takes over the numbers of another server in place of its own', () => {
    const origins = new Origins();
    origins.advance(of(1, 7));
    origins.load([[2, 5]]);
    expect(origins.entries()).toEqual([[2, 5]]);
  });
});
