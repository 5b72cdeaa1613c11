import { expect, test } from '@jest/globals';
import { ConflictPicture } from './conflicts.js';

test('conflicts are told once, and that they are settled', () => {
  const drawn = new ConflictPicture();
  const first = { key: 'a/b', revision: 7 };
  const told = 'Conflict over a/b: what lost is kept as /conflicts/a/b?revision=7';
  expect(drawn.see([first])).toEqual([told]);
  expect(drawn.see([first, { key: 'c', revision: 8 }])).toEqual([
    'Conflict over c: what lost is kept as /conflicts/c?revision=8',
  ]);
  expect(drawn.see([first])).toEqual(['A conflict over c is settled']);
});

test('many at once are counted', () => {
  const many = Array.from({ length: 9 }, (_, revision) => ({ key: 'k', revision }));
  expect(new ConflictPicture().see(many).slice(4)).toEqual([expect.any(String), '… and 4 more conflicts']);
});
