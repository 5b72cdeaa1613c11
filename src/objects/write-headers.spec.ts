import { describe, expect, test } from '@jest/globals';

import { readCondition, readMeta, readType, refuseTransformations } from './write-headers.js';

const withCode = (code: string) => expect.objectContaining({ code });

describe('the condition of a write', () => {
  test.each([
    [{}, { kind: 'none' }],
    [{ 'if-none-match': '*' }, { kind: 'absent' }],
    [{ 'if-match': '*' }, { kind: 'present' }],
    [{ 'if-match': '"a", "b"' }, { kind: 'match', etags: ['"a"', '"b"'] }],
    [{ 'if-match': 'W/"a"' }, { kind: 'match', etags: [] }],
    [{ 'if-modified-since': 'x' }, { kind: 'none' }],
    [{ 'if-match': '*', 'if-unmodified-since': 'Sun, 06 Nov 1994 08:49:37 GMT' }, { kind: 'present' }],
  ])('%j', (headers, condition) => {
    expect(readCondition(headers)).toEqual(condition);
  });

  test.each([
    [{ 'if-match': 'a' }, 'bad_condition'],
    [{ 'if-none-match': '**' }, 'bad_condition'],
    [{ 'if-none-match': '"a"' }, 'unsupported_condition'],
    [{ 'if-match': '*', 'if-none-match': '*' }, 'unsupported_condition'],
    [{ 'if-unmodified-since': 'Sun, 06 Nov 1994 08:49:37 GMT' }, 'unsupported_condition'],
  ])('%j is refused', (headers, code) => {
    expect(() => readCondition(headers)).toThrow(withCode(code));
  });
});

describe('metadata', () => {
  test('is kept by name', () => {
    expect(readMeta({ 'object-meta-a': '1', 'object-meta-b-c': '\u00e9', other: 'x' })).toEqual({
      a: '1',
      'b-c': '\u00e9',
    });
  });

  test('has no name that means something to JavaScript', () => {
    const meta = readMeta({ 'object-meta-__proto__': 'x' });
    expect(Object.entries(meta)).toEqual([['__proto__', 'x']]);
  });

  test('is bounded', () => {
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`object-meta-${index}`, '']));
    expect(() => readMeta(many)).toThrow(withCode('bad_meta'));
    expect(() => readMeta({ 'object-meta-a': 'x'.repeat(8192) })).toThrow(withCode('bad_meta'));
    expect(() => readMeta({ 'object-meta-': 'x' })).toThrow(withCode('bad_meta'));
    expect(readMeta({ 'object-meta-a': 'x'.repeat(8191) }).a).toHaveLength(8191);
  });
});

test('a content type is bounded', () => {
  expect(readType({})).toBe('');
  expect(() => readType({ 'content-type': 'x'.repeat(1025) })).toThrow(withCode('bad_content_type'));
});

test('what would be kept as something else is refused', () => {
  expect(() => refuseTransformations({ 'content-range': 'bytes 0-1/2' })).toThrow(withCode('partial_put'));
  expect(() => refuseTransformations({ 'content-encoding': 'gzip' })).toThrow(
    withCode('unsupported_encoding'),
  );
  expect(() => refuseTransformations({ 'transfer-encoding': 'gzip, chunked' })).toThrow(
    withCode('unknown_transfer_coding'),
  );
  expect(() => refuseTransformations({ 'transfer-encoding': 'chunked' })).not.toThrow();
  expect(() => refuseTransformations({ 'content-encoding': 'identity' })).not.toThrow();
});
