import { describe, expect, it } from '@jest/globals';
import { BrokenInvariant } from './assert.js';
import { Catalogue } from './catalogue.js';
import type { LogRecord } from './record.js';
import { bytes, record } from './testing/fixtures.js';

const tombstone = (revision: number, key: string, modified = 0): LogRecord =>
  record(revision, { kind: 'delete', key, modified });
const floor = (revision: number, upTo: number): LogRecord =>
  record(revision, { kind: 'floor', key: '', floor: upTo });
const mortal = (revision: number, key = 'k'): LogRecord => record(revision, { key, expires: 10 });
const expire = (revision: number, key = 'k'): LogRecord => record(revision, { kind: 'expire', key });

function filled(...records: LogRecord[]): Catalogue {
  const catalogue = new Catalogue();
  for (const one of records) catalogue.store(one);
  catalogue.commit(catalogue.last, () => undefined);
  return catalogue;
}

function keysOf(records: Iterable<LogRecord>): string[] {
  return [...records].map(({ key }) => key);
}

describe('Catalogue', () => {
  it('stores the next record only', () => {
    const catalogue = filled(record(1));
    expect(() => catalogue.store(record(1))).toThrow(BrokenInvariant);
    expect(() => catalogue.store(record(3))).toThrow(BrokenInvariant);
    catalogue.store(record(2));
    expect(catalogue.last).toBe(2);
  });

  it('shows the version before until the newer one is committed', () => {
    const catalogue = filled(record(1));
    catalogue.store(record(2));
    catalogue.store(record(3));
    expect([catalogue.get('k')!.revision, catalogue.newest('k')!.revision]).toEqual([1, 3]);
    catalogue.commit(2, () => undefined);
    expect([catalogue.get('k')!.revision, catalogue.newest('k')!.revision]).toEqual([2, 3]);
    catalogue.commit(3, () => undefined);
    expect([catalogue.get('k')!.revision, catalogue.isDirty('k')]).toEqual([3, false]);
  });

  it('hands over what is committed in order and once, and never goes back', () => {
    const catalogue = new Catalogue();
    for (const revision of [1, 2, 3]) catalogue.store(record(revision));
    const seen: number[] = [];
    for (const revision of [2, 1, 3, 3, 9]) catalogue.commit(revision, (one) => seen.push(one.revision));
    expect(seen).toEqual([1, 2, 3]);
    expect(catalogue.watermark).toBe(3);
  });

  it('takes numbered records back, newest first, and what was below shows again', () => {
    const catalogue = filled(record(1));
    catalogue.store(record(2));
    catalogue.store(tombstone(3, 'k'));
    catalogue.store(record(4, { key: 'other' }));
    expect(catalogue.truncate(2).map(({ revision }) => revision)).toEqual([4, 3]);
    expect([catalogue.last, catalogue.newest('k')!.revision]).toEqual([2, 2]);
    expect(catalogue.isDirty('other')).toBe(false);
    catalogue.store(record(3));
    expect(catalogue.logAfter(1).map(({ revision }) => revision)).toEqual([2, 3]);
  });

  it('never drops what is committed', () => {
    const catalogue = filled(record(1), record(2));
    expect(() => catalogue.truncate(1)).toThrow(BrokenInvariant);
    expect(() => catalogue.logAfter(1)).toThrow(BrokenInvariant);
  });

  it('keeps refusals out of the objects', () => {
    const catalogue = filled(record(1, { kind: 'refusal', refusal: 'precondition' }));
    expect([catalogue.watermark, catalogue.get('k'), catalogue.objects]).toEqual([1, undefined, 0]);
    catalogue.store(record(2, { kind: 'refusal', refusal: 'precondition' }));
    expect(catalogue.isDirty('k')).toBe(false);
  });

  it('is in the order of revisions: a key that is written again moves to the end', () => {
    const catalogue = filled(record(1, { key: 'a' }), record(2, { key: 'b' }), record(3, { key: 'a' }));
    expect(keysOf(catalogue.records())).toEqual(['b', 'a']);
  });

  it('counts objects, not tombstones', () => {
    const catalogue = filled(record(1, { key: 'a' }), record(2, { key: 'b' }), tombstone(3, 'a'));
    expect(catalogue.objects).toBe(1);
    catalogue.load([record(4, { key: 'a' }), record(5, { key: 'a' })]);
    expect(catalogue.objects).toBe(2);
  });

  it('lists by the bytes of the keys, from after one key on, without tombstones', () => {
    const keys = ['x/b', 'x/\u{1f600}', 'x/\ufffd', 'x/a', 'y', 'x/', 'w'];
    const catalogue = filled(...keys.map((key, index) => record(index + 1, { key })), tombstone(8, 'x/b'));
    expect(keysOf(catalogue.list('x/', null, 9))).toEqual(['x/', 'x/a', 'x/\ufffd', 'x/\u{1f600}']);
    expect(keysOf(catalogue.list('x/', 'x/a', 1))).toEqual(['x/\ufffd']);
    expect(keysOf(catalogue.list('x/', 'x/b', 9))).toEqual(['x/\ufffd', 'x/\u{1f600}']);
    expect(keysOf(catalogue.list('', 'w', 9)).at(-1)).toBe('y');
  });
});

describe('The tombstones of a catalogue', () => {
  it('are told by age', () => {
    const catalogue = filled(tombstone(1, 'a', 10), tombstone(2, 'b', 20), tombstone(3, 'c', 30));
    expect([9, 10, 25, 99].map((before) => catalogue.expiredTombstones(before))).toEqual([0, 1, 2, 3]);
  });

  it('go up to the floor, but never what was written after them', () => {
    const catalogue = filled(
      tombstone(1, 'a'),
      tombstone(2, 'b'),
      tombstone(3, 'c'),
      record(4, { key: 'a' }),
    );
    catalogue.store(floor(5, 2));
    expect(catalogue.get('b')).toBeDefined();
    catalogue.commit(5, () => undefined);
    expect(keysOf(catalogue.records())).toEqual(['c', 'a']);
    expect([catalogue.floor, catalogue.expiredTombstones(99)]).toEqual([2, 3]);
  });

  it('may be told late, and delete nothing that was written since', () => {
    const catalogue = new Catalogue();
    catalogue.load([record(2, { key: 'a' }), record(3, { key: 'b' })]);
    catalogue.load([tombstone(1, 'a'), tombstone(4, 'b')]);
    expect(['a', 'b'].map((key) => catalogue.get(key)!.revision)).toEqual([2, 4]);
    catalogue.complete(4, 4);
    expect(keysOf(catalogue.records())).toEqual(['a']);
  });

  it('do not outlive the loading of a state whose floor is above them', () => {
    const catalogue = new Catalogue();
    catalogue.load([tombstone(1, 'a'), record(2, { key: 'b' })]);
    catalogue.complete(6, 4);
    expect(keysOf(catalogue.records())).toEqual(['b']);
    expect([catalogue.last, catalogue.watermark, catalogue.floor]).toEqual([6, 6, 4]);
  });

  it('are dropped in the order of their revisions, also when they were told in another', () => {
    const catalogue = new Catalogue();
    catalogue.load([tombstone(3, 'a'), tombstone(1, 'b')]);
    catalogue.complete(3, 1);
    expect(keysOf(catalogue.records())).toEqual(['a']);
  });
});

describe('The bodies that a catalogue lacks', () => {
  const slim = record(1, { body: null, size: 4 });

  it('are known until they are attached to exactly that version', () => {
    const catalogue = new Catalogue();
    catalogue.load([slim]);
    catalogue.complete(1, 0);
    expect([...catalogue.lacking]).toEqual([['k', 1]]);
    expect(catalogue.attach('k', 2, bytes('text'))).toBe(false);
    expect(catalogue.attach('k', 1, bytes('longer'))).toBe(false);
    expect(catalogue.attach('other', 1, bytes('text'))).toBe(false);
    expect(catalogue.version('k', 1)?.body).toBeNull();
    expect(catalogue.attach('k', 1, bytes('text'))).toBe(true);
    expect([catalogue.lacking.size, catalogue.version('k', 1)?.body]).toEqual([0, bytes('text')]);
    expect(catalogue.attach('k', 1, bytes('text'))).toBe(false);
  });

  it.each(['put', 'delete'] as const)('are not wanted any more after a %s', (kind) => {
    const catalogue = new Catalogue();
    catalogue.load([slim]);
    catalogue.complete(1, 0);
    catalogue.store(record(2, { kind }));
    expect(catalogue.lacking.size).toBe(1);
    catalogue.commit(2, () => undefined);
    expect(catalogue.lacking.size).toBe(0);
  });

  it('are found in versions that are not committed yet', () => {
    const catalogue = filled(record(1));
    catalogue.store(record(2, { body: bytes('newer') }));
    expect(catalogue.version('k', 1)?.body).toEqual(bytes('text'));
    expect(catalogue.version('k', 2)?.body).toEqual(bytes('newer'));
  });

  it('do not change the order', () => {
    const catalogue = new Catalogue();
    catalogue.load([slim, record(2, { key: 'b' })]);
    catalogue.attach('k', 1, bytes('text'));
    expect(keysOf(catalogue.records())).toEqual(['k', 'b']);
  });
});

describe('The objects of a catalogue that have a time to live', () => {
  it('are given when it is over, once they are committed', () => {
    const catalogue = new Catalogue();
    catalogue.store(mortal(1));
    expect(catalogue.takeExpired(99)).toBeNull();
    catalogue.commit(1, () => undefined);
    expect(catalogue.takeExpired(9)).toBeNull();
    expect(catalogue.takeExpired(10)?.revision).toBe(1);
    expect(catalogue.takeExpired(99)).toBeNull();
  });

  it('end as tombstones', () => {
    const catalogue = filled(mortal(1), expire(2));
    expect([catalogue.get('k')?.kind, catalogue.objects, catalogue.list('', null, 9)]).toEqual([
      'expire',
      0,
      [],
    ]);
    expect(catalogue.expiredTombstones(99)).toBe(2);
    expect(catalogue.takeExpired(99)).toBeNull();
  });

  it('live on when they were written again, committed or not', () => {
    const catalogue = filled(mortal(1), record(2), mortal(3, 'other'));
    catalogue.store(record(4, { key: 'other' }));
    expect(catalogue.takeExpired(99)).toBeNull();
  });

  it('are given again when what was numbered since was dropped', () => {
    const catalogue = filled(mortal(1), mortal(2, 'other'));
    catalogue.store(record(3));
    expect(catalogue.takeExpired(99)?.key).toBe('other');
    catalogue.store(expire(4, 'other'));
    catalogue.resumeExpiry();
    expect(catalogue.takeExpired(99)).toBeNull();
    catalogue.truncate(2);
    catalogue.resumeExpiry();
    expect([catalogue.takeExpired(99)?.key, catalogue.takeExpired(99)?.key].toSorted()).toEqual([
      'k',
      'other',
    ]);
  });

  it('are known to who has loaded them', () => {
    const catalogue = new Catalogue();
    catalogue.load([mortal(1)]);
    catalogue.complete(1, 0);
    expect(catalogue.takeExpired(10)?.revision).toBe(1);
  });
});
