import { describe, expect, test } from '@jest/globals';

import { readSighting } from './sighting.js';

const member = { name: 'a', url: 'http://a:1', state: 'up' };
const ring = { ring: 'north', ringId: '0123456789ab', state: 'member', members: [member] };

describe('readSighting', () => {
  test('takes what is known, and nothing else', () => {
    const text = JSON.stringify({ ...ring, members: [{ ...member, id: 'x', evil: 1 }], more: 1 });
    expect(readSighting(text)).toEqual({ id: '0123456789ab', name: 'north', members: [member] });
  });

  test.each(['', 'null', '[]', '"x"', '{}', '<html>', '{"ring":"a b","members":[]}', '{"ring":"a"}'])(
    'refuses %j, which is no ring',
    (text) => {
      expect(() => readSighting(text)).toThrow('what answers is no server of a ring');
    },
  );

  test.each([
    { state: 'left' },
    { state: 'joining' },
    { ringId: null },
    { ringId: undefined },
    { ringId: 7 },
  ])('refuses a server with %j', (change) => {
    expect(() => readSighting(JSON.stringify({ ...ring, ...change }))).toThrow('it is no member');
  });

  test('refuses a server that is leaving', () => {
    const text = JSON.stringify({ ...ring, state: 'leaving' });
    expect(() => readSighting(text)).toThrow('it is leaving its ring');
  });

  test('leaves out members that cannot be read, and all that are too many', () => {
    const wrong = [
      null,
      7,
      { ...member, name: 'a\nb' },
      { ...member, url: 'file:///etc' },
      { ...member, url: 'http://a/x' },
      { ...member, state: 'evil' },
    ];
    expect(readSighting(JSON.stringify({ ...ring, members: wrong })).members).toEqual([]);
    const many = Array.from({ length: 1000 }, () => member);
    expect(readSighting(JSON.stringify({ ...ring, members: many })).members).toHaveLength(256);
  });
});
