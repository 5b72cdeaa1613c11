import { expect, test } from '@jest/globals';

import { clock } from './format.js';
import type { What } from './happening.js';
import { withHappenings } from './log.js';
import { plain } from './text.js';
import { T0 } from './testing/fixtures.js';
import { lineOf } from './words.js';

test.each<[What, string]>([
  [{ kind: 'promoted', server: 'b', view: 4 }, 'promoted     b is the primary now (view 4)'],
  [
    { kind: 'left', server: 'a', view: 4, reason: 'lost' },
    'died         a is lost: the others cannot reach it (view 4)',
  ],
  [{ kind: 'left', server: 'a', view: 4, reason: 'leaving' }, 'left         a has left the ring (view 4)'],
  [
    { kind: 'left', server: 'a', view: 4, reason: 'unknown' },
    'gone         a is no member any more (view 4)',
  ],
  [{ kind: 'watching', server: 'b', url: 'u', before: 'a' }, 'watching     through b now, no more through a'],
  [{ kind: 'watching', server: 'b', url: 'u', before: 'b' }, 'watching     through b again'],
  [{ kind: 'gap', revision: 1234 }, 'gap          some of what happened before revision 1,234 was missed'],
  [{ kind: 'unreachable', why: 'h: X' }, 'no server    none answers (h: X); it is tried again and again'],
  [{ kind: 'writes', puts: 120, deletes: 1, seconds: 1 }, 'writes       120 puts/s, 1 deletes/s'],
  [{ kind: 'writes', puts: 120, deletes: 6, seconds: 12 }, 'writes       10 puts/s, 0.5 deletes/s, for 12 s'],
  [
    { kind: 'conflict', key: 'k', revision: 1, deleted: true },
    'conflict     a deletion of k lost when two sides of the ring met',
  ],
])('%j', (what, said) => {
  expect(plain(lineOf({ at: T0, ...what }))).toBe(`${clock(T0)}  ${said}`);
});

test('writes that go on are one line, until something else happens or a minute is over', () => {
  const writes = { kind: 'writes', at: T0, puts: 2, deletes: 1, seconds: 1 } as const;
  const merged = { kind: 'merged', at: T0 } as const;
  const log = withHappenings([], [writes, writes, writes, merged, writes]);
  expect(log).toEqual([{ ...writes, puts: 6, deletes: 3, seconds: 3 }, merged, writes]);
  expect(
    withHappenings(
      [],
      Array.from({ length: 61 }, () => writes),
    ),
  ).toHaveLength(2);
});

test('so much is kept', () => {
  const merged = { kind: 'merged', at: T0 } as const;
  expect(
    withHappenings(
      [],
      Array.from({ length: 1000 }, () => merged),
    ),
  ).toHaveLength(500);
});
