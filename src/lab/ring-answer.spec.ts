import { describe, expect, it } from '@jest/globals';
import { parseRingAnswer } from './ring-answer.js';

describe('the answer of GET /ring', () => {
  it('is read leniently', () => {
    const members = [{ id: 3, name: 'a', state: 'full', url: 'x' }, { name: 'b' }];
    expect(parseRingAnswer({ ring: 'r', view: 4, primary: 'a', self: 'b', members, revision: 12 })).toEqual({
      view: 4,
      primary: 'a',
      self: 'b',
      members: [
        { id: '3', name: 'a', state: 'full' },
        { id: '', name: 'b', state: '-' },
      ],
      revision: '12',
      objects: null,
      conflicts: 0,
      phase: 'member',
      provisional: false,
    });
    expect(parseRingAnswer({ view: 0, members: [] })).toMatchObject({ primary: null, revision: '-' });
  });

  it.each([null, 'x', [], {}, { view: 1 }, { view: 'x', members: [] }, { view: 1, members: [{}] }])(
    'is none when it is %j',
    (body) => expect(parseRingAnswer(body)).toBeUndefined(),
  );
});
