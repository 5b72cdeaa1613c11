import { describe, expect, it } from '@jest/globals';
import { floorRecord, number } from './numbering.js';
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
    };
    expect(number(operation, undefined, HEAD)).toEqual({ ...common, replaced: false });
    expect(number(operation, TOMBSTONE, HEAD)).toEqual({ ...common, replaced: false });
    expect(number(operation, PRESENT, HEAD)).toEqual({ ...common, replaced: true });
  });

  it('makes a tombstone of a delete', () => {
    expect(number(remove('k'), PRESENT, HEAD)).toMatchObject({
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
    expect(number(remove('k'), newest, HEAD)).toMatchObject({ ...HEAD, kind: 'refusal', refusal: 'absent' });
  });

  it('says that a condition failed before it says that there is nothing to delete', () => {
    for (const condition of [present, match(etagOf(PRESENT))]) {
      expect(number(remove('k', condition), undefined, HEAD).refusal).toBe('precondition');
    }
    expect(number(remove('k', absent), undefined, HEAD).refusal).toBe('absent');
  });

  it('leaves the body out of a refusal', () => {
    const refused = number({ ...put('k', 'new', absent), type: 'a/b', meta: { a: 'b' } }, PRESENT, HEAD);
    expect(refused).toMatchObject({ kind: 'refusal', size: 0, digest: '', body: null, type: '', meta: {} });
    expect(refused.replaced).toBe(true);
  });

  it('keeps the bytes as they came', () => {
    expect(number(put('k', ''), undefined, HEAD).body).toEqual(bytes(''));
  });

  it('makes a floor that belongs to no origin', () => {
    expect(floorRecord(9, 1000, 5)).toMatchObject({
      revision: 9,
      origin: 0,
      request: 0,
      kind: 'floor',
      modified: 1000,
      floor: 5,
    });
  });
});
