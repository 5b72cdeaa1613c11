import { describe, expect, it } from '@jest/globals';
import { Cache } from './cache.js';
import { Copies } from './copies.js';
import { Memory } from './memory.js';
import { placeRecord } from './numbering.js';
import type { LogRecord } from './record.js';
import type { Member, View } from './view.js';
import { EMPTY_DISK, member, record, server as serverOf, Station, viewOf } from './testing/fixtures.js';

const KIB = 1024;
const BODY = new Uint8Array(KIB);

/** Server 1 of three, with room for two bodies that it need not have. */
class Server extends Station {
  readonly memory = new Memory(this.state, () => 0);
  readonly copies = new Copies(this.state, new Cache(this.state), this.memory);

  constructor(
    view = viewOf([1, 2, 3]),
    saved: typeof EMPTY_DISK | null = null,
    self = serverOf(view.members[0]!.id),
  ) {
    super(1, view, { memoryLimitBytes: 16 * KIB, saved, self });
    this.copies.installed();
  }

  /** What happens at a commit. */
  take(...records: readonly LogRecord[]): void {
    const { catalogue } = this.state;
    for (const one of records) catalogue.store(one);
    catalogue.commit(catalogue.last, (one) => {
      this.copies.committed(one);
    });
  }

  has(key: string): boolean {
    return this.state.catalogue.get(key)!.body !== null;
  }
}

function put(revision: number, key: string, holders: readonly string[]): LogRecord {
  return record(revision, { key, body: BODY, size: KIB, replicas: holders.length, holders });
}

function place(revision: number, version: LogRecord, holders: readonly string[]): LogRecord {
  return placeRecord({ revision, modified: 0 }, version, holders);
}

describe('At the commit', () => {
  it('a holder keeps the body, another one drops it', () => {
    const server = new Server();
    server.take(put(1, 'mine', ['s1', 's2']), put(2, 'theirs', ['s2', 's3']));
    expect([server.has('mine'), server.has('theirs')]).toEqual([true, false]);
    const { bytes, loads, lacking, spares } = server.state.catalogue;
    expect(server.memory.usedBytes).toBe(bytes);
    expect([...loads]).toEqual([
      ['s1', KIB],
      ['s2', 2 * KIB],
      ['s3', KIB],
    ]);
    expect([lacking.size, spares.size]).toEqual([0, 0]);
  });

  it('counts the copies of those that are not in the view', () => {
    const server = new Server(viewOf([1, 2]));
    server.take(put(1, 'a', ['s1', 's2']), put(2, 'b', ['s2', 's3']), put(3, 'c', ['s3', 's1']));
    expect(server.copies.away).toBe(2);
    server.take(place(4, put(2, 'b', []), ['s1', 's2']), put(5, 'c', ['s1', 's2']));
    expect(server.copies.away).toBe(0);
  });

  it.each([
    ['is not in the view', viewOf([1, 2])],
    ['lacks something', viewOf([1, 2, 3], { members: [member(1), member(2), member(3, { full: false })] })],
  ])('a body stays as a spare when a holder %s', (_, view) => {
    const server = new Server(view);
    server.take(put(1, 'theirs', ['s2', 's3']));
    expect(server.has('theirs')).toBe(true);
    expect([...server.state.catalogue.spares]).toEqual([['theirs', KIB]]);
    expect(server.memory.usedBytes).toBeLessThan(KIB);
  });

  it('what is dropped goes from the disk as well', () => {
    const server = new Server(viewOf([1, 2, 3]), EMPTY_DISK);
    server.take(put(1, 'theirs', ['s2']));
    server.journal.flush(() => ({ name: 'mark', watermark: 0, floor: 0, origins: [] }), true);
    const saved = server.effects.take()!.saves!.changes;
    expect(saved).toEqual([
      { kind: 'put', table: 'records', record: expect.objectContaining({ revision: 1, body: null }) },
    ]);
  });
});

describe('Spares', () => {
  const three = ['a', 'b', 'c'].map((key, index) => put(index + 1, key, ['s2', 's3']));

  it('go when they are too many, those first that were not read for long', () => {
    const server = new Server();
    server.take(...three);
    for (const { key } of three)
      server.state.catalogue.attach(key, server.state.catalogue.get(key)!.revision, BODY);
    server.state.catalogue.touchSpare('a');
    server.copies.sweep();
    expect(server.state.catalogue.spares.size).toBe(3);
    server.state.keptTo = 3;
    server.copies.sweep();
    expect(['a', 'b', 'c'].filter((key) => server.has(key))).toEqual(['a', 'c']);
    expect(server.state.catalogue.spareBytes).toBe(2 * KIB);
  });

  it('stay as long as no holder of theirs is there', () => {
    const server = new Server(viewOf([1]));
    server.take(...three);
    server.copies.sweep();
    expect(['a', 'b', 'c'].filter((key) => server.has(key))).toEqual(['a', 'b', 'c']);
  });

  it('end with their objects', () => {
    const server = new Server(viewOf([1]));
    server.take(...three, record(4, { key: 'a', kind: 'delete' }), put(5, 'b', ['s1']));
    expect([...server.state.catalogue.spares.keys()]).toEqual(['c']);
    expect(server.state.catalogue.spareBytes).toBe(KIB);
    expect(server.state.catalogue.limited).toBe(2);
  });
});

describe('A gateway', () => {
  const gateway = { capacity: 0 };
  const view = (...others: readonly Partial<Member>[]) =>
    viewOf([1, 2, 3], { members: [gateway, ...others].map((fields, at) => member(at + 1, fields)) });
  const kept = put(1, 'k', []);
  const take = (around: View): Server => {
    const one = new Server(around, null, serverOf(1, gateway));
    one.take(kept);
    return one;
  };

  it('keeps nothing that others have, not even what all keep', () => {
    const one = take(view({}, gateway));
    expect(one.has('k')).toBe(false);
    expect([one.state.catalogue.lacking.size, one.state.isFilled]).toEqual([0, true]);
  });

  it.each([
    ['only gateways', view(gateway, gateway)],
    ['nobody else who has all', view({ full: false }, gateway)],
  ])('keeps what is new while there is %s', (_, around) => {
    const one = take(around);
    one.copies.sweep();
    expect(one.has('k')).toBe(true);
    expect(one.memory.usedBytes).toBeLessThan(KIB);
  });

  it('has a bound for what it fetched, and forgets it when it is deleted', () => {
    const one = take(view({}, gateway));
    const more = [2, 3].map((revision) => put(revision, `k${revision}`, []));
    one.take(...more);
    for (const { key, revision } of [kept, ...more]) one.state.catalogue.attach(key, revision, BODY);
    one.copies.sweep();
    expect(['k', 'k2', 'k3'].filter((key) => one.has(key))).toEqual(['k2', 'k3']);
    one.take(record(4, { key: 'k2', kind: 'delete' }));
    expect(one.state.catalogue.spareBytes).toBe(KIB);
  });
});

describe('Placed anew', () => {
  const version = put(1, 'k', ['s2', 's3']);

  it('a version stays what it is, at another place of the order', () => {
    const server = new Server();
    server.take(put(1, 'k', ['s1', 's2']), record(2, { key: 'other' }), place(3, version, ['s1', 's3']));
    const placed = server.state.catalogue.get('k')!;
    expect(placed).toMatchObject({ kind: 'put', revision: 3, of: 1, holders: ['s1', 's3'], body: BODY });
    expect(server.state.catalogue.version('k', 1)).toBe(placed);
    expect([...server.state.catalogue.records()].map(({ key }) => key)).toEqual(['other', 'k']);
  });

  it('a body is lacking where it is to be kept from now on, until it comes', () => {
    const server = new Server();
    server.take(version, place(2, version, ['s1', 's3']));
    const { catalogue } = server.state;
    expect([...catalogue.lacking]).toEqual([['k', 1]]);
    expect(catalogue.attach('k', 1, BODY)).toBe(true);
    expect([catalogue.lacking.size, catalogue.spares.size]).toEqual([0, 0]);
  });

  it('a body is a spare where it was kept', () => {
    const server = new Server();
    server.take(put(1, 'k', ['s1']), place(2, version, ['s2']));
    expect(server.has('k')).toBe(true);
    expect([...server.state.catalogue.spares.keys()]).toEqual(['k']);
  });

  it('a body is not given up where it was kept before the others are known to have fetched it', () => {
    const one = new Server();
    const versions = [1, 2, 3].map((revision) => put(revision, `k${revision}`, ['s1']));
    one.take(...versions, ...versions.map((each, index) => place(4 + index, each, ['s2'])));
    one.copies.sweep();
    expect(one.state.catalogue.spares.size).toBe(3);
    one.state.keptTo = 6;
    one.copies.sweep();
    expect(one.state.catalogue.spares.size).toBe(2);
  });

  it('an object that was written again, or deleted, stays as it is', () => {
    const server = new Server();
    server.take(version, put(2, 'k', ['s1']), place(3, version, ['s2']));
    expect(server.state.catalogue.get('k')).toMatchObject({ revision: 2, of: 0, holders: ['s1'] });
    server.take(record(4, { key: 'k', kind: 'delete' }), place(5, version, ['s2']));
    expect(server.state.catalogue.get('k')!.kind).toBe('delete');
  });

  it('what nobody has is no hindrance, and kept when it comes after all', () => {
    const server = new Server();
    server.take(version, place(2, version, ['s1']));
    const { catalogue } = server.state;
    catalogue.giveUp('k', 1);
    expect([catalogue.lacking.size, [...catalogue.lost]]).toEqual([0, [['k', 1]]]);
    expect(catalogue.attach('k', 1, BODY)).toBe(true);
    expect(catalogue.lost.size).toBe(0);
  });
});
