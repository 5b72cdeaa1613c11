import { describe, expect, it } from '@jest/globals';
import { expireRecord, floorRecord, number, resultOf } from './numbering.js';
import { etagOf, holds, type Condition, type LogRecord } from './record.js';
import { bytes, put, record, remove } from './testing/fixtures.js';

const HEAD = { revision: 7, origin: 2, request: 3, modified: 1000 };
const PRESENT = record(4);
const TOMBSTONE = record(5, { kind: 'delete' });

const absent: Condition = { kind: 'absent' };
const present: Condition = { kind: 'present' };
const match = (...etags: string[]): Condition => ({ kind: 'match', etags });

describe('A condition', () => {
  const newer = record(6);
  it.each<[string, Condition, boolean[]]>([
    ['none', { kind: 'none' }, [true, true, true]],
    ['absent', absent, [true, true, false]],
    ['present', present, [false, false, true]],
    ['a match', match('"1-x"', etagOf(PRESENT)), [false, false, true]],
    ['a match of another revision', match(etagOf(newer)), [false, false, false]],
    ['a match of another digest', match(etagOf({ revision: 4, digest: 'f' })), [false, false, false]],
    ['a match of a tombstone', match(etagOf(TOMBSTONE)), [false, false, false]],
    ['a match of nothing', match(), [false, false, false]],
  ])('that is %s holds against nothing, a tombstone, an object: %j %j', (_, condition, expected) => {
    const versions = [undefined, TOMBSTONE, PRESENT];
    expect(versions.map((newest) => holds(condition, newest))).toEqual(expected);
  });
});

describe('number', () => {
  it('makes the record of a put', () => {
    const operation = { ...put('k', 'new'), type: 'text/plain', meta: { a: 'b' } };
    const { type, meta, size, digest, body } = operation;
    const common = {
      ...HEAD,
      kind: 'put',
      key: 'k',
      type,
      meta,
      size,
      digest,
      body,
      refusal: null,
      floor: 0,
      expires: 0,
      token: '',
      of: 0,
      blob: 0,
    };
    expect(number(operation, undefined, undefined, HEAD)).toEqual({ ...common, replaced: false });
    expect(number(operation, TOMBSTONE, undefined, HEAD)).toEqual({ ...common, replaced: false });
    expect(number(operation, PRESENT, undefined, HEAD)).toEqual({ ...common, replaced: true });
  });

  it('makes a tombstone of a delete', () => {
    expect(number(remove('k'), PRESENT, undefined, HEAD)).toMatchObject({
      ...HEAD,
      kind: 'delete',
      key: 'k',
      refusal: null,
    });
  });

  it.each<[string, LogRecord | undefined]>([
    ['nothing', undefined],
    ['a tombstone', TOMBSTONE],
  ])('refuses to delete %s', (_, newest) => {
    expect(number(remove('k'), newest, undefined, HEAD)).toMatchObject({
      ...HEAD,
      kind: 'refusal',
      refusal: 'absent',
    });
  });

  it('says that a condition failed before it says that there is nothing to delete', () => {
    for (const condition of [present, match(etagOf(PRESENT))]) {
      expect(number(remove('k', condition), undefined, undefined, HEAD).refusal).toBe('precondition');
    }
    expect(number(remove('k', absent), undefined, undefined, HEAD).refusal).toBe('absent');
  });

  it('leaves the body out of a refusal', () => {
    const refused = number(
      { ...put('k', 'new', absent), type: 'a/b', meta: { a: 'b' } },
      PRESENT,
      undefined,
      HEAD,
    );
    expect(refused).toMatchObject({ kind: 'refusal', size: 0, digest: '', body: null, type: '', meta: {} });
    expect(refused.replaced).toBe(true);
  });

  it('keeps the bytes as they came', () => {
    expect(number(put('k', ''), undefined, undefined, HEAD).body).toEqual(bytes(''));
  });

  it('makes a floor that belongs to no origin', () => {
    expect(floorRecord({ revision: 9, modified: 1000 }, 5)).toMatchObject({
      revision: 9,
      origin: 0,
      request: 0,
      kind: 'floor',
      modified: 1000,
      floor: 5,
    });
  });

  it('gives an object the time that it is to live from its own clock on', () => {
    expect(number({ ...put('k', 'new'), ttlMs: 500 }, undefined, undefined, HEAD).expires).toBe(1500);
    const refused = number({ ...put('k', 'new', absent), ttlMs: 500 }, PRESENT, undefined, HEAD);
    expect(refused.expires).toBe(0);
  });

  it('makes a tombstone of what has expired, that belongs to no origin', () => {
    const expired = expireRecord({ revision: 9, modified: 1000 }, 'k');
    const common = { revision: 9, origin: 0, request: 0, modified: 1000, digest: '', body: null, expires: 0 };
    expect(expired).toMatchObject({ ...common, kind: 'expire', key: 'k', replaced: true });
  });
});

describe('A request that is sent again', () => {
  const request = { ...put('k', 'new'), token: 't' };
  const again = { ...HEAD, revision: 8, modified: 2000 };
  const first = number(request, PRESENT, undefined, HEAD);

  it('changes nothing, and is told what it was told', () => {
    const repeat = number(request, first, first, again);
    expect(repeat).toMatchObject({ ...again, kind: 'repeat', of: 7, body: null, size: 0, token: 't' });
    const result = resultOf(repeat);
    expect(result).toMatchObject({ kind: 'put', revision: 7, replaced: true, refusal: null });
    expect(etagOf(result)).toBe(etagOf(first));
  });

  it('is done although its condition would not hold any more', () => {
    const create = { ...put('k', 'new', absent), token: 't' };
    const created = number(create, undefined, undefined, HEAD);
    expect(number(create, created, created, again)).toMatchObject({ kind: 'repeat', replaced: false });
  });

  it('is refused again when it was refused, though it would be done now', () => {
    const replace = { ...put('k', 'new', present), token: 't' };
    const refused = number(replace, undefined, undefined, HEAD);
    const repeat = number(replace, PRESENT, refused, again);
    expect([refused.kind, repeat.kind]).toEqual(['refusal', 'repeat']);
    expect(resultOf(repeat)).toMatchObject({ kind: 'refusal', refusal: 'precondition', revision: 7 });
  });

  it('may be a removal', () => {
    const removal = { ...remove('k'), token: 't' };
    const done = number(removal, PRESENT, undefined, HEAD);
    expect(resultOf(number(removal, done, done, again))).toMatchObject({ kind: 'delete', revision: 7 });
  });

  it.each([
    ['key', { ...request, key: 'other' }],
    ['body', { ...request, digest: 'fedcba9876543210' }],
    ['method', { ...remove('k'), token: 't' }],
  ])('is another one with another %s, and refused', (_, other) => {
    const reused = number(other, PRESENT, first, again);
    expect(reused).toMatchObject({ ...again, kind: 'refusal', refusal: 'reused', of: 0 });
    expect(resultOf(reused)).toBe(reused);
  });
});
