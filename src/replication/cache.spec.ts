import { describe, expect, it } from '@jest/globals';

import { Cache } from './cache.js';
import type { LogRecord } from './record.js';
import { bytes, EMPTY_DISK, record, Station, viewOf } from './testing/fixtures.js';

const BODY_BYTES = 1000;
/** An object with its key and what goes with it. */
const OBJECT_BYTES = 256 + 4 + BODY_BYTES;
const LIMIT = 3 * OBJECT_BYTES;
const mark = () => ({ name: 'mark', watermark: 0, floor: 0, origins: [] }) as const;

/** A server that takes objects of a thousand bytes, of which memory has room for three. */
class Server extends Station {
  readonly cache: Cache;

  constructor(saved: typeof EMPTY_DISK | null = EMPTY_DISK) {
    super(1, viewOf([1]), { saved, memoryLimitBytes: LIMIT });
    this.cache = new Cache(this.state);
  }

  /** Objects that are committed and on their way to the disk. */
  put(...revisions: number[]): void {
    for (const revision of revisions) {
      const one = record(revision, {
        key: `k${revision}`,
        body: new Uint8Array(BODY_BYTES),
        size: BODY_BYTES,
      });
      this.commit(one);
      this.journal.stored(one);
    }
  }

  /** The disk has all of it. */
  save(): void {
    this.journal.flush(mark, true);
    const saves = this.effects.take()?.saves;
    if (saves) this.journal.saved(saves.sequence);
  }

  get resident(): string[] {
    return [...this.state.catalogue.records()].filter(isResident).map(({ key }) => key);
  }
}

const isResident = ({ body }: LogRecord): boolean => body instanceof Uint8Array;

describe('What bodies take of memory', () => {
  it('stays within the limit: the first to come are the first to leave', () => {
    const server = new Server();
    server.put(1, 2, 3, 4, 5);
    server.save();
    server.cache.sweep();
    // Their keys stay, so that three of them are too many.
    expect(server.resident).toEqual(['k4', 'k5']);
    expect(server.state.catalogue.bytes).toBeLessThanOrEqual(LIMIT);
    expect(server.state.catalogue.get('k1')!.body).toEqual({
      size: BODY_BYTES,
      pieces: [null],
      stored: { kind: 'records', revision: 1 },
    });
  });

  it('is left alone below it, and without a disk', () => {
    const below = new Server();
    below.put(1, 2, 3);
    below.save();
    below.cache.sweep();
    expect(below.resident).toEqual(['k1', 'k2', 'k3']);
    const diskless = new Server(null);
    diskless.put(1, 2, 3, 4);
    diskless.cache.sweep();
    expect(diskless.resident).toEqual(['k1', 'k2', 'k3', 'k4']);
  });

  it('is not that of notes about objects that were read and then deleted', () => {
    const server = new Server();
    server.put(1, 2, 3);
    server.save();
    for (let index = 0; index < 1000; index++) server.cache.touch(`deleted ${index}`);
    expect(server.cache['read'].size).toBeLessThanOrEqual(4);
  });

  it('is not what is on its way to the disk', () => {
    const server = new Server();
    server.put(1, 2);
    server.save();
    server.put(3, 4, 5);
    server.cache.sweep();
    expect(server.resident).toEqual(['k3', 'k4', 'k5']);
    server.put(6);
    server.cache.sweep();
    expect(server.resident).toEqual(['k3', 'k4', 'k5', 'k6']);
  });

  it('nor is a body that came behind its record, before it is there', () => {
    const server = new Server();
    const { catalogue } = server.state;
    const bare = record(1, { key: 'k1', body: null, size: BODY_BYTES });
    server.commit(bare);
    server.journal.stored(bare);
    server.put(2, 3, 4);
    server.save();
    catalogue.attach('k1', 1, new Uint8Array(BODY_BYTES));
    server.journal.put('records', catalogue.get('k1')!);
    server.cache.attached(1);
    server.cache.sweep();
    expect(server.resident).toContain('k1');
    server.save();
    server.put(5, 6, 7);
    server.cache.sweep();
    server.cache.sweep();
    expect(server.resident).not.toContain('k1');
  });
});

describe('What was read', () => {
  it('is spared once, and has to be read again to be spared again', () => {
    const server = new Server();
    server.put(1, 2, 3);
    server.save();
    server.cache.touch('k1');
    server.put(4);
    server.save();
    server.cache.sweep();
    expect(server.resident).toEqual(['k1', 'k4']);
    server.put(5, 6);
    server.save();
    server.cache.sweep();
    server.cache.sweep();
    expect(server.resident).toEqual(['k5', 'k6']);
  });

  it('leaves once it is cold, however much comes in behind it', () => {
    const server = new Server();
    server.put(1, 2, 3);
    server.save();
    server.cache.touch('k1');
    for (let revision = 4; revision < 10; revision++) {
      server.put(revision);
      server.save();
      server.cache.sweep();
    }
    expect(server.resident).not.toContain('k1');
  });

  it('is in memory again once it was read from the disk, as long as it is this version', () => {
    const server = new Server();
    server.put(1, 2, 3, 4);
    server.save();
    server.cache.sweep();
    const { catalogue } = server.state;
    const before = catalogue.bytes;
    catalogue.warm('k1', 7, bytes('of another version'));
    expect(catalogue.bytes).toBe(before);
    catalogue.warm('k1', 1, new Uint8Array(BODY_BYTES));
    expect([server.resident.includes('k1'), catalogue.bytes]).toEqual([true, before + BODY_BYTES]);
    catalogue.warm('k1', 1, new Uint8Array(BODY_BYTES));
    expect(catalogue.bytes).toBe(before + BODY_BYTES);
  });

  it('is forgotten with the catalogue that it was read from', () => {
    const server = new Server();
    server.put(1, 2, 3);
    server.save();
    server.cache.touch('k1');
    server.cache.installed();
    server.put(4);
    server.save();
    server.cache.sweep();
    expect(server.resident).not.toContain('k1');
  });
});

it('A write makes room a bit at a time, however much there is', () => {
  const server = new Server();
  server.put(...Array.from({ length: 200 }, (_, index) => index + 1));
  server.save();
  server.cache.sweep();
  expect(server.resident).toHaveLength(200 - 64);
  for (let write = 0; write < 3; write++) server.cache.sweep();
  // The keys of two hundred take all of it.
  expect(server.resident).toHaveLength(0);
});
