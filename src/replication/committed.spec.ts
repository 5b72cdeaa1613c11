import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Committed } from './committed.js';
import type { LogRecord } from './record.js';
import { bytes, record } from './testing/fixtures.js';

/** More than fill several blocks. */
const MANY = 20_000;

const revisionsOf = (records: Iterable<LogRecord>): number[] =>
  Array.from(records, ({ revision }) => revision);

/** Writes `keys` keys in turn. */
function written(keys: number, writes: number): Committed {
  const committed = new Committed();
  for (let revision = 1; revision <= writes; revision++) {
    committed.append(record(revision, { key: `k${revision % keys}` }));
  }
  return committed;
}

describe('Committed records', () => {
  it('are found by their revision until their key is written again', () => {
    const committed = written(MANY, MANY);
    expect([1, 4096, 4097, MANY].map((revision) => committed.at(revision)?.revision)).toEqual([
      1,
      4096,
      4097,
      MANY,
    ]);
    committed.append(record(MANY + 1, { key: 'k1' }));
    committed.delete('k2');
    expect([0, 1, 2, MANY + 2].map((revision) => committed.at(revision))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('are what a Map has from which a key is deleted before it is set', () => {
    const write = fc.record({ key: fc.nat(3000), times: fc.nat(400), isDeletion: fc.boolean() });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 100 }), (writes) => {
        const committed = new Committed();
        const model = new Map<string, LogRecord>();
        let revision = 0;
        for (const { key, times, isDeletion } of writes) {
          for (let offset = 0; offset <= times; offset++) {
            const one = record(++revision, { key: `k${key + offset}` });
            model.delete(one.key);
            if (isDeletion) {
              committed.delete(one.key);
            } else {
              model.set(one.key, one);
              committed.append(one);
            }
          }
        }
        expect(revisionsOf(committed.values())).toEqual(revisionsOf(model.values()));
        expect(committed.size).toBe(model.size);
        for (const [key, one] of model) expect(committed.get(key)).toBe(one);
      }),
      { numRuns: 50 },
    );
  });

  it('keep their order and their keys while blocks are joined', () => {
    for (const keys of [1, 10, 3000, 5000, 9000]) {
      const committed = written(keys, MANY);
      const expected = Array.from({ length: keys }, (_, index) => MANY - keys + 1 + index);
      expect(revisionsOf(committed.values())).toEqual(expected);
      expect(expected.map((revision) => committed.get(`k${revision % keys}`)?.revision)).toEqual(expected);
    }
  });

  it('are read to the end while they are written again, none of them left out', () => {
    const keys = 9000;
    const committed = written(keys, MANY);
    const seen = new Map<string, number>();
    let last = MANY;
    for (const { key, revision } of committed.values()) {
      expect(revision).toBeGreaterThan([...seen.values()].at(-1) ?? 0);
      seen.delete(key);
      seen.set(key, revision);
      if (last < 3 * MANY) {
        last += 3;
        for (const offset of [2, 1, 0])
          committed.append(record(last - offset, { key: `k${(last * 7 - offset) % keys}` }));
      }
    }
    expect([...seen].toSorted()).toEqual(
      Array.from(committed.values(), ({ key, revision }) => [key, revision]).toSorted(),
    );
  }, 20_000);

  it('are all met by a reader in whose block they are moved together', () => {
    const committed = new Committed();
    let last = 0;
    const write = (count: number, keyOf: (index: number) => string): void => {
      for (let index = 0; index < count; index++) committed.append(record(++last, { key: keyOf(index) }));
    };
    write(4096, (index) => `a${index}`);
    write(2048, () => 'again');
    write(2048, (index) => `b${index}`);
    const reader = committed.values();
    const seen: string[] = [];
    for (const { key } of { [Symbol.iterator]: () => reader }) {
      seen.push(key);
      if (key === 'b99') write(4097, (index) => `a${index}`);
    }
    expect(seen.filter((key) => key.startsWith('b'))).toHaveLength(2048);
    expect(seen.slice(-4097)).toEqual(Array.from({ length: 4097 }, (_, index) => `a${index}`));
  });

  it('have few more places than two each', () => {
    const { blocks } = written(9000, 50 * MANY) as unknown as { blocks: Map<number, { records: unknown[] }> };
    const places = [...blocks.values()].reduce((sum, { records }) => sum + records.length, 0);
    expect(places).toBeLessThan(2 * 9000 + 2 * 4096);
  });

  it('are replaced where they are', () => {
    const committed = written(3, 3);
    committed.replace({ ...committed.get('k2')!, body: bytes('here') });
    expect(revisionsOf(committed.values())).toEqual([1, 2, 3]);
    expect(committed.get('k2')!.body).toEqual(bytes('here'));
  });
});
