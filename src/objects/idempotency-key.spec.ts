import { describe, expect, test } from '@jest/globals';

import { readIdempotencyKey } from './idempotency-key.js';

const read = (text: string) => readIdempotencyKey({ 'idempotency-key': text });

describe('an Idempotency-Key', () => {
  test('may be missing', () => {
    expect(readIdempotencyKey({})).toBe('');
  });

  test.each([
    ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['"a, b; \\"c\\\\"', 'a, b; "c\\'],
    ['abc+/=', 'abc+/='],
    [`"${'k'.repeat(255)}"`, 'k'.repeat(255)],
  ])('%s is a key', (text, key) => {
    expect(read(text)).toBe(key);
  });

  const quotes = ['""', '"', '"a', 'a"', '"a"b"', '"a\\b"', '"a", "b"'];
  const others = ['', 'a, b', 'a b', '"a";p=1', '"\u00e9"', '\u00e9', '"a\tb"'];
  const long = ['k'.repeat(256), `"${'k'.repeat(256)}"`];
  test.each([quotes, others, long].flat())('%j is none', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'bad_idempotency_key' }));
  });
});
