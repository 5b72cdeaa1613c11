import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { formatSize, formatTime, parseFlag, parseSize, parseTime, parseWholeNumber } from './parse.js';

describe('parseWholeNumber', () => {
  it('reads every safe whole number that JavaScript writes', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(parseWholeNumber(String(value))).toBe(value);
      }),
    );
  });

  it('reads nothing but digits', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const value = parseWholeNumber(text);
        expect(value === undefined || String(value) === text).toBe(true);
      }),
    );
  });

  it.each(['', ' 1', '1 ', '-1', '+1', '1.0', '1e3', '0x10', '007', '٣', '9007199254740992'])(
    'refuses %j',
    (text) => {
      expect(parseWholeNumber(text)).toBeUndefined();
    },
  );
});

describe('parseSize', () => {
  it.each([
    ['0', 0],
    ['1048576', 1_048_576],
    ['64KiB', 65_536],
    ['512MiB', 536_870_912],
    ['1GiB', 1_073_741_824],
    ['2TiB', 2_199_023_255_552],
  ])('reads %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'GiB', '1 GiB', '1gib', '1GB', '1K', '1.5GiB', '-1KiB', '01KiB', '9007199254740991KiB'])(
    'refuses %j',
    (text) => {
      expect(parseSize(text)).toBeUndefined();
    },
  );

  it('reads what formatSize writes', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes);
      }),
    );
  });

  it('answers a safe whole number of bytes or nothing, whatever the text', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^\d{1,18}(KiB|MiB|GiB|TiB)?$/));
    fc.assert(
      fc.property(text, (given) => {
        const bytes = parseSize(given);
        expect(bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0)).toBe(true);
      }),
    );
  });
});

describe('parseFlag', () => {
  it('knows 1 and 0 and no other word', () => {
    expect(['1', '0', 'true', 'yes', 'no', ''].map(parseFlag)).toStrictEqual([
      true,
      false,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('parseTime', () => {
  it.each([
    ['0ms', 0],
    ['50ms', 50],
    ['2s', 2000],
    ['10min', 600_000],
  ])('reads %s', (text, milliseconds) => {
    expect(parseTime(text)).toBe(milliseconds);
  });

  it.each(['', '50', 'ms', '50 ms', '1.5s', '-1s', '01s', '1h', '1S', '9007199254740991s'])(
    'refuses %j',
    (text) => {
      expect(parseTime(text)).toBeUndefined();
    },
  );

  it('reads what formatTime writes', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (milliseconds) => {
        expect(parseTime(formatTime(milliseconds))).toBe(milliseconds);
      }),
    );
  });
});
