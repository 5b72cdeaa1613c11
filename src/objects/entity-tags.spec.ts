import { describe, expect, test } from '@jest/globals';

import { matchesStrongly, matchesWeakly, parseTag, parseTagList } from './entity-tags.js';

describe('a list of entity tags', () => {
  test.each([
    ['*', '*'],
    [' * ', '*'],
    ['"a"', ['"a"']],
    ['"a", W/"b" ,"c"', ['"a"', 'W/"b"', '"c"']],
    [',, "a" ,,', ['"a"']],
    ['"a,b"', ['"a,b"']],
    ['""', ['""']],
    ['"\u00e9"', ['"\u00e9"']],
  ])('%j', (text, expected) => {
    const list = parseTagList(text);
    const shown = list === '*' ? list : list?.map(({ isWeak, tag }) => (isWeak ? `W/${tag}` : tag));
    expect(shown).toEqual(expected);
  });

  test.each([
    '',
    ' ',
    ',',
    'a',
    '"a',
    'a"',
    '"a" "b"',
    '"a"b',
    'w/"a"',
    'W/ "a"',
    '*, "a"',
    '"a b"',
    '"a\u007f"',
  ])('is not %j', (text) => {
    expect(parseTagList(text)).toBeUndefined();
  });

  test('of 16 KiB of blanks is judged in no time', () => {
    expect(parseTagList(`"a"${' '.repeat(16_384)}x`)).toBeUndefined();
  });
});

test('a weak tag matches weakly only', () => {
  const list = parseTagList('W/"a", "b"')!;
  expect(matchesStrongly(list, '"a"')).toBe(false);
  expect(matchesStrongly(list, '"b"')).toBe(true);
  expect(matchesWeakly(list, '"a"')).toBe(true);
  expect(matchesWeakly(list, '"c"')).toBe(false);
});

test('one tag is neither a list nor a star', () => {
  expect(parseTag('W/"a"')).toEqual({ isWeak: true, tag: '"a"' });
  expect(parseTag('"a", "b"')).toBeUndefined();
  expect(parseTag('*')).toBeUndefined();
});
