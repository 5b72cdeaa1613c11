import { describe, expect, it, test } from '@jest/globals';

import { compare, isSharedBy, type Verdict } from './agreement.js';
import { entry, EVERYONE_KEEPS, version } from './testing/samples.js';

const MINE = { holders: ['me'] };
const BOTH = { holders: ['other', 'me'] };
const OBJECT = { ...EVERYONE_KEEPS, digest: 'digest-o' };
const CHANGED = { digest: 'digest-b' };
const TOLD = { isTold: true };

describe('a file and the newest version of its key', () => {
  test.each<[string, Verdict, Parameters<typeof entry>[0], Parameters<typeof version>[0] | undefined]>([
    ['nothing is known', 'share', {}, undefined],
    ['what was deleted is forgotten', 'agreed', TOLD, undefined],
    ['its server was thought to be gone', 'share', TOLD, { kind: 'expire' }],
    ['it was deleted before', 'agreed', {}, { kind: 'delete' }],
    ['it is deleted by a client', 'follow', TOLD, { kind: 'delete' }],
    ['it was changed after it was deleted', 'share', TOLD, { kind: 'delete', modified: 499 }],
    ['it is shared', 'agreed', TOLD, MINE],
    ['another one shares the same', 'share', {}, {}],
    ['both share the same', 'agreed', TOLD, BOTH],
    ['an object is the same', 'agreed', {}, EVERYONE_KEEPS],
    ['it has changed', 'share', CHANGED, MINE],
    ['it has changed, and another one shares it as it was', 'leave', CHANGED, BOTH],
    ['another one shares something else', 'share', CHANGED, {}],
    [
      'another one shares something else, as is known',
      'agreed',
      { ...CHANGED, ...TOLD, isConflict: true },
      {},
    ],
    ['another one has taken its place', 'share', { ...CHANGED, ...TOLD }, {}],
    ['what it is a conflict with is deleted', 'share', { ...TOLD, isConflict: true }, { kind: 'delete' }],
    ['what it is a conflict with is forgotten', 'share', { ...TOLD, isConflict: true }, undefined],
    ['a client writes what it is a conflict with', 'agreed', { ...TOLD, isConflict: true }, OBJECT],
    ['an object is something else', 'share', {}, OBJECT],
    ['a client writes something else', 'follow', TOLD, OBJECT],
    ['an object has the digest, and another size', 'share', {}, { ...EVERYONE_KEEPS, size: 9 }],
  ])('when %s: %s', (_, verdict, file, newest) => {
    expect(compare(entry(file), newest && version(newest), 'me')).toBe(verdict);
  });
});

it('knows whose file a version is', () => {
  expect(
    [MINE, BOTH, {}, { ...MINE, replicas: 1 }].map((changes) => isSharedBy(version(changes), 'me')),
  ).toEqual([true, true, false, false]);
});
