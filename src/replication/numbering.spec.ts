import { describe, expect, it } from '@jest/globals';
import { conflictKey } from './conflicts.js';
import { dropRecord, expireRecord, floorRecord, merge, number, resultOf, type Ring } from './numbering.js';
import {
  etagFor,
  etagOf,
  holds,
  type Condition,
  type LogRecord,
  type Offer,
  type Operation,
} from './record.js';
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
    ['a match of another digest', match(etagFor(4, 'f')), [false, false, false]],
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
      replicas: 0,
      holders: [],
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

/** Both sides had everything up to revision 4. */
const SINCE = 4;
/** Tombstones are there from revision 1 on, and nobody asked for this here. */
const RING: Ring = { floor: 0, hasRequest: false };

/** What was written apart, on its way into the ring. */
function offered(operation: Operation, fields: Partial<Offer> = {}): Operation {
  const offer = { since: SINCE, origin: 9, request: 8, isPast: false, ...fields };
  return { ...operation, token: 't', offer };
}

function merged(operation: Operation, newest?: LogRecord, ring: Partial<Ring> = {}): LogRecord {
  return merge(operation, newest, undefined, { ...RING, ...ring }, HEAD);
}

const OTHER_DIGEST = 'fedcba9876543210';
const common = record(SINCE, { digest: OTHER_DIGEST });
const later = record(SINCE + 1, { digest: OTHER_DIGEST });

describe('What was written apart', () => {
  it('is taken where the ring has what both had', () => {
    const taken = merged(offered(put('k', 'apart')), common);
    expect(taken).toMatchObject({ ...HEAD, kind: 'put', key: 'k', body: bytes('apart'), refusal: null });
    expect([taken.replaced, taken.token]).toEqual([true, 't']);
    const removed = merged(offered(remove('k')), common);
    expect(removed).toMatchObject({ ...HEAD, kind: 'delete', key: 'k', refusal: null, replaced: true });
  });

  it('is taken where neither has had anything, or both a deletion', () => {
    expect(merged(offered(put('k', 'new')))).toMatchObject({ kind: 'put', key: 'k', replaced: false });
    const deleted = record(SINCE, { kind: 'delete' });
    expect(merged(offered(put('k', 'new')), deleted)).toMatchObject({
      kind: 'put',
      key: 'k',
      replaced: false,
    });
  });

  it('keeps its time to live only where it is taken', () => {
    const mortal = { ...offered(put('k', 'apart')), ttlMs: 500 };
    expect([merged(mortal, common), merged(mortal, later)].map(({ expires }) => expires)).toEqual([1500, 0]);
  });

  it.each<[string, LogRecord]>([
    ['another object', later],
    ['a deletion', record(SINCE + 1, { kind: 'delete' })],
    ['an object that has expired', record(SINCE + 1, { kind: 'expire' })],
  ])('is a conflict where the ring has %s since', (_, newest) => {
    const conflict = merged({ ...offered(put('k', 'apart')), type: 'a/b', meta: { a: 'b' } }, newest);
    const kept = { kind: 'put', key: conflictKey('k', HEAD.revision), body: bytes('apart'), type: 'a/b' };
    expect(conflict).toMatchObject({ ...HEAD, ...kept, replaced: false, refusal: null });
    expect([conflict.meta, conflict.token]).toEqual([{ a: 'b' }, 't']);
  });

  it('is a conflict, and marked, when it deleted what the ring has written since', () => {
    const conflict = merged(offered(remove('k')), later);
    const kept = { kind: 'put', key: conflictKey('k', HEAD.revision), digest: '', size: 0 };
    expect(conflict).toMatchObject({ ...HEAD, ...kept, refusal: null });
  });

  it('is needless, and no conflict, when it is the end of a time to live of what the ring has changed since', () => {
    const ended = { ...offered(remove('k'), { origin: 0, request: 0 }), token: '' };
    const needless = { ...HEAD, kind: 'refusal', refusal: 'needless', key: 'k' };
    for (const newest of [later, record(SINCE + 1, { kind: 'delete' })])
      expect(merged(ended, newest)).toMatchObject(needless);
    expect(merged(ended, common)).toMatchObject({ kind: 'delete', key: 'k', refusal: null });
  });

  it('is a conflict where nobody knows whether the ring has deleted it since', () => {
    const ring = { floor: SINCE + 1 };
    expect(merged(offered(put('k', 'apart')), undefined, ring).key).toBe(conflictKey('k', HEAD.revision));
    expect(merged(offered(put('k', 'apart')), undefined, { floor: SINCE }).key).toBe('k');
    expect(merged(offered(put('k', 'apart')), common, ring).key).toBe('k');
  });

  it.each<[string, Operation, LogRecord | undefined, Partial<Ring>]>([
    ['the ring has the very same', offered(put('k', 'text')), record(SINCE + 1), {}],
    ['both have the very same', offered(put('k', 'text')), record(SINCE), {}],
    ['the ring has deleted it as well', offered(remove('k')), record(SINCE + 1, { kind: 'delete' }), {}],
    ['the ring has nothing to delete', offered(remove('k')), undefined, { floor: 99 }],
    ['it was overwritten since', offered(put('k', 'apart'), { isPast: true }), undefined, {}],
    ['the ring has numbered the request itself', offered(put('k', 'apart')), common, { hasRequest: true }],
  ])('is needless where %s', (_, operation, newest, ring) => {
    const needless = merged(operation, newest, ring);
    expect(needless).toMatchObject({ ...HEAD, kind: 'refusal', refusal: 'needless', key: 'k', token: 't' });
    expect([needless.body, needless.size]).toEqual([null, 0]);
  });

  it.each<[string, Partial<LogRecord>]>([
    ['body', { digest: OTHER_DIGEST }],
    ['type', { type: 'a/b' }],
    ['metadata', { meta: { a: 'b' } }],
  ])('is not the very same with another %s', (_, fields) => {
    expect(merged(offered(put('k', 'text')), record(SINCE + 1, fields)).kind).toBe('put');
  });

  it('is not the very same with other metadata of as many names', () => {
    const operation = { ...offered(put('k', 'text')), meta: { a: 'b' } };
    const [other, same] = [record(SINCE + 1, { meta: { b: 'a' } }), record(SINCE + 1, { meta: { a: 'b' } })];
    expect([merged(operation, other).kind, merged(operation, same).kind]).toEqual(['put', 'refusal']);
  });

  it('is settled once: who offers it after that is told what became of it', () => {
    const operation = offered(put('k', 'apart'));
    for (const first of [merged(operation, common), merged(operation, later), merged(operation, record(9))]) {
      const again = merge(operation, first, first, RING, { ...HEAD, revision: 8 });
      expect(again).toMatchObject({ kind: 'repeat', revision: 8, of: 7, body: null });
    }
  });

  it('was done for the client that sends the same again, whatever became of it', () => {
    const client = { ...put('k', 'apart'), token: 't' };
    const past = merged(offered(client, { isPast: true }), later);
    const judged = [merged(offered(client), common), merged(offered(client), later), past];
    for (const first of judged) {
      const result = resultOf(number(client, later, first, { ...HEAD, revision: 8 }));
      expect(result).toMatchObject({ kind: 'put', revision: 7, digest: client.digest });
    }
    const removal = { ...remove('k'), token: 't' };
    const lost = merged(offered(removal, { isPast: true }), later);
    expect(resultOf(number(removal, later, lost, HEAD)).kind).toBe('delete');
    const other = number({ ...client, digest: OTHER_DIGEST }, later, past, HEAD);
    expect(other).toMatchObject({ kind: 'refusal', refusal: 'reused' });
  });
});

describe('A conflict for which there is no room', () => {
  it('goes by a deletion that belongs to no origin', () => {
    const key = conflictKey('k', 3);
    const dropped = { kind: 'delete', key, origin: 0, request: 0, replaced: true, token: '' };
    expect(dropRecord({ revision: 9, modified: 1000 }, key)).toMatchObject({ ...dropped, revision: 9 });
  });
});
