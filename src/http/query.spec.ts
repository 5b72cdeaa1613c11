import { describe, expect, test } from '@jest/globals';

import { queryOf, readQuery } from './query.js';

describe('a query', () => {
  test.each([
    [null, {}],
    ['', {}],
    ['&&', {}],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a', { a: '' }],
    ['a=b=c', { a: 'b=c' }],
    ['%61=x+y%2Bz', { a: 'x y+z' }],
    ['a=%C3%A4', { a: 'ä' }],
    ['=x', { '': 'x' }],
  ])('%j', (query, parameters) => {
    expect(readQuery(query)).toEqual(parameters);
  });

  test.each(['a=%', 'a=%4', 'a=%zz', 'a=%ff', '%ff=a', 'a=%ED%A0%80'])(
    '%j is not percent-encoded UTF-8',
    (query) => {
      expect(() => readQuery(query)).toThrow(
        expect.objectContaining({ code: 'bad_query', message: expect.stringMatching(/UTF-8/) }),
      );
    },
  );

  test('says nothing twice', () => {
    expect(() => readQuery('a=1&%61=1')).toThrow(expect.objectContaining({ code: 'bad_query' }));
  });

  test('begins behind the first question mark', () => {
    expect(['/a', '/a?', '/a?b?c'].map(queryOf)).toEqual(['', '', 'b?c']);
  });
});
