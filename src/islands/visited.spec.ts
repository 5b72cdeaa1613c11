import { expect, test } from '@jest/globals';

import { readVisited, writeVisited } from './visited.js';

const ids = (count: number) => Array.from({ length: count }, (_, at) => at.toString(16).padStart(12, '0'));

test('a list is read as it was written', () => {
  for (const count of [1, 2, 64]) expect(readVisited(writeVisited(ids(count)))).toEqual(ids(count));
  expect(readVisited(undefined)).toEqual([]);
  expect(readVisited('00000000000a,00000000000b')).toHaveLength(2);
});

test('each island is in it once, and with too many nobody is asked any more', () => {
  expect(writeVisited([...ids(2), ...ids(2)])).toBe('000000000000, 000000000001');
  expect(writeVisited(ids(65))).toBe('*');
});

test.each(['', '*', 'x', '00000000000A', ids(65).join(','), ['00000000000a', 'x'], `${ids(1)[0]},`])(
  'with %j nobody is asked',
  (header) => {
    expect(readVisited(header)).toBeNull();
  },
);
