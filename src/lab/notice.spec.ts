import { describe, expect, it } from '@jest/globals';
import { EventLines } from './event-lines.js';
import { parseNotice } from './notice.js';

describe('a stream of events', () => {
  it('may come in any pieces', () => {
    const text =
      'retry: 9\nid: 0\n\nevent: left\nid: 3\ndata: {"name":"a"}\n\nevent: merged\ndata: {}\n\nevent: p';
    const lines = new EventLines();
    expect([...text].flatMap((character) => lines.feed(character))).toEqual([
      { name: 'left', data: '{"name":"a"}' },
      { name: 'merged', data: '{}' },
    ]);
  });

  it('is none when no event ends', () => {
    expect(() => new EventLines().feed('x'.repeat(2 ** 21))).toThrow(RangeError);
  });
});

describe('notices', () => {
  const member = '{"id":"1","name":"a","url":"http://x","view":4}';

  it('are those of members and of merging', () => {
    expect(parseNotice({ name: 'left', data: member })).toEqual({
      kind: 'left',
      id: '1',
      name: 'a',
      view: 4,
    });
    const data = member.replace('}', ',"reason":"silent"}');
    expect(parseNotice({ name: 'suspected', data })).toMatchObject({ kind: 'suspected', reason: 'silent' });
    expect(parseNotice({ name: 'merging', data: '{"count":3}' })).toEqual({ kind: 'merging', count: 3 });
    expect(parseNotice({ name: 'merged', data: '{}' })).toEqual({ kind: 'merged' });
  });

  it('are not what is written, nor heartbeats', () => {
    expect(parseNotice({ name: 'put', data: '{"key":"a"}' })).toBeUndefined();
    expect(parseNotice({ name: 'heartbeat', data: 'no JSON' })).toBeUndefined();
  });
});
