import { describe, expect, it } from '@jest/globals';
import { describeChanges, newest } from './changes.js';
import type { RingAnswer } from './ring-answer.js';

const answer = (view: number, ...names: string[]): RingAnswer => ({
  view,
  primary: names[0] ?? null,
  self: null,
  members: names.map((name) => ({ id: name, name, state: 'full' })),
  revision: '0',
  provisional: false,
});
const changes = (before: RingAnswer | undefined, after: RingAnswer) =>
  describeChanges(before, after, (name) => name.toUpperCase());

describe('changes of the ring', () => {
  it('tells who is there at first', () => {
    expect(changes(undefined, answer(1, 'a', 'b'))).toEqual([
      'A joined the ring (view 1)',
      'B joined the ring (view 1)',
      'A is now the primary (view 1)',
    ]);
  });

  it('tells a promotion', () => {
    expect(changes(answer(2, 'a', 'b'), answer(3, 'b', 'c'))).toEqual([
      'A left the ring (view 3)',
      'C joined the ring (view 3)',
      'B is now the primary (view 3)',
    ]);
  });

  it('tells a new incarnation and a new state', () => {
    const after = answer(3, 'a', 'b');
    after.members[0] = { id: 'other', name: 'a', state: 'filling' };
    after.members[1] = { id: 'b', name: 'b', state: 'filling' };
    expect(changes(answer(2, 'a', 'b'), after)).toEqual([
      'A joined the ring anew (view 3)',
      'B is now filling',
    ]);
  });

  it('is silent when nothing changed but the view', () => {
    expect(changes(answer(2, 'a'), answer(3, 'a'))).toEqual([]);
  });

  it('believes the newest view, and the first of equals', () => {
    const first = answer(3, 'a');
    expect(newest([answer(2, 'x'), first, answer(3, 'y')])).toBe(first);
    expect(newest([])).toBeUndefined();
  });
});
