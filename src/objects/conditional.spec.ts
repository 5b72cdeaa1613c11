import { describe, expect, test } from '@jest/globals';

import { judgeRead } from './conditional.js';

const AT = Date.UTC(2020, 0, 2, 3, 4, 5);
const NOW = AT + 60_000;
const VALIDATORS = { etag: '"1-a"', lastModified: AT };

const same = new Date(AT).toUTCString();
const before = new Date(AT - 1000).toUTCString();
const after = new Date(AT + 1000).toUTCString();

describe('the conditions of a read (RFC 9110, 13.2.2)', () => {
  test.each([
    [{}, 'send'],
    [{ 'if-none-match': '"1-a"' }, 'not-modified'],
    [{ 'if-none-match': 'W/"1-a"' }, 'not-modified'],
    [{ 'if-none-match': '"x", "1-a"' }, 'not-modified'],
    [{ 'if-none-match': '*' }, 'not-modified'],
    [{ 'if-none-match': '"x"' }, 'send'],
    [{ 'if-modified-since': same }, 'not-modified'],
    [{ 'if-modified-since': after }, 'not-modified'],
    [{ 'if-modified-since': before }, 'send'],
    [{ 'if-modified-since': 'never' }, 'send'],
    [{ 'if-match': '"1-a"' }, 'send'],
    [{ 'if-match': '*' }, 'send'],
    [{ 'if-match': 'W/"1-a"' }, 'failed'],
    [{ 'if-match': '"x"' }, 'failed'],
    [{ 'if-unmodified-since': same }, 'send'],
    [{ 'if-unmodified-since': before }, 'failed'],
    [{ 'if-unmodified-since': 'never' }, 'send'],
    // Entity tags go before dates.
    [{ 'if-none-match': '"x"', 'if-modified-since': after }, 'send'],
    [{ 'if-none-match': '"1-a"', 'if-modified-since': before }, 'not-modified'],
    [{ 'if-match': '"1-a"', 'if-unmodified-since': before }, 'send'],
    [{ 'if-match': '"x"', 'if-unmodified-since': same }, 'failed'],
    // What may fail goes before what saves a transfer.
    [{ 'if-match': '"x"', 'if-none-match': '"1-a"' }, 'failed'],
    [{ 'if-match': '"1-a"', 'if-none-match': '"1-a"' }, 'not-modified'],
    [{ 'if-unmodified-since': before, 'if-none-match': '"1-a"' }, 'failed'],
  ])('%j', (headers, verdict) => {
    expect(judgeRead(headers, VALIDATORS, NOW)).toBe(verdict);
  });

  test.each([{ 'if-none-match': '1-a' }, { 'if-match': '' }])('%j cannot be read', (headers) => {
    expect(() => judgeRead(headers, VALIDATORS, NOW)).toThrow(
      expect.objectContaining({ code: 'bad_condition' }),
    );
  });
});
