import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import type { Saved } from '../../replication/index.js';
import { Directories, largeRecord, openStore, put, smallRecord } from '../testing/samples.js';

/** Positions at which a bit is flipped, one at a time. */
const FLIPS = Number(process.env['RINGLET_STORE_FLIPS'] ?? 100);

const directories = new Directories();
let database: Buffer;
let formatFile: string;
let intact: Saved;

/** A store that has been written to, dropped from and closed, so that it has branches, large values and free pages. */
beforeAll(async () => {
  const directory = directories.make();
  const store = await openStore(directory);
  await store.load();
  for (let revision = 1; revision <= 300; revision += 10) {
    const batch = Array.from({ length: 10 }, (_, index) =>
      smallRecord(revision + index, (revision * 37) % 5000),
    );
    await store.save(
      batch.map((record) => put(record)),
      false,
    );
  }
  const offer = smallRecord(7);
  await store.save(
    [put(offer, 'offers'), { kind: 'fact', fact: { name: 'mark', watermark: 3, floor: 0, origins: [] } }],
    false,
  );
  for (let revision = 100; revision <= 200; revision += 2) {
    await store.save([{ kind: 'drop', table: 'records', revision }], false);
  }
  await store.close();
  database = readFileSync(join(directory, 'store/data.mdb'));
  formatFile = join(directory, 'ringlet.json');
  intact = await load(database);
});
afterAll(() => directories.remove());

/** Opens, loads, writes to and closes a store with this database. */
async function load(bytes: Buffer): Promise<Saved> {
  const directory = directories.make();
  mkdirSync(join(directory, 'store'));
  copyFileSync(formatFile, join(directory, 'ringlet.json'));
  writeFileSync(join(directory, 'store/data.mdb'), bytes);
  const store = await openStore(directory);
  const saved = await store.load();
  await store.save([put(smallRecord(1000)), { kind: 'truncate', table: 'records', revision: 50 }], false);
  await store.close();
  return saved;
}

/** Numbers that look like chance and are the same each time (xorshift). */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}

describe('A database with a flipped bit', () => {
  it('is intact to begin with', () => {
    expect(intact.damaged).toStrictEqual([]);
    expect(intact.records).toHaveLength(249);
  });

  it(
    'gives what was saved, or says what is damaged',
    async () => {
      const chance = numbers(42);
      for (let flip = 0; flip < FLIPS; flip++) {
        const bytes = Buffer.from(database);
        // The pages that say what the others are, are the first of the file: they get more than their share.
        const range = flip % 3 === 0 ? 200 + 4096 * (flip % 2) : bytes.length;
        const [position, bit] = [chance.next().value! % range, chance.next().value! % 8];
        bytes[position]! ^= 1 << bit;
        const saved = await load(bytes);
        expect(saved.damaged.length > 0 || isDeepStrictEqual(saved, intact)).toBe(true);
        expect(saved.records.length).toBeLessThanOrEqual(intact.records.length);
      }
    },
    30_000 + FLIPS * 600,
  );

  it('names the record whose value it is in, and gives the others', async () => {
    const bytes = Buffer.from(database);
    const record = intact.records.find(({ body }) => body instanceof Uint8Array && body.length > 1000)!;
    const at = bytes.lastIndexOf(record.body as Uint8Array);
    bytes[at + 500]! ^= 4;
    const saved = await load(bytes);
    expect(saved.damaged).toStrictEqual([`record ${record.revision} of records`]);
    expect(saved.records).toHaveLength(intact.records.length - 1);
  });
});

describe('A value that was written over a longer one at once', () => {
  it('has more pages than it needs, and is not taken for damaged', async () => {
    const directory = directories.make();
    const store = await openStore(directory);
    await store.load();
    const shorter = smallRecord(1, 20_000);
    await store.save([put(smallRecord(1, 60_000)), put(shorter)], false);
    await store.close();
    const again = await openStore(directory);
    const { damaged, records } = await again.load();
    await again.close();
    expect([damaged, records.map(({ size }) => size)]).toEqual([[], [shorter.size]]);
  });
});

describe('A database that was cut off', () => {
  it('is moved aside, with its bodies, and the store begins anew', async () => {
    const directory = directories.make();
    const store = await openStore(directory);
    await store.load();
    await store.save([put(largeRecord(1)), put(smallRecord(2, 50_000))], false);
    await store.close();
    truncateSync(join(directory, 'store/data.mdb'), 12_000);
    const again = await openStore(directory);
    const saved = await again.load();
    expect(saved).toMatchObject({ facts: [], records: [], done: [], offers: [] });
    expect(saved.damaged).toStrictEqual([
      expect.stringMatching(/^the whole store \(.+; now in .+damaged-\d+\)$/),
    ]);
    await again.save([put(smallRecord(3))], false);
    await again.close();
    const third = await openStore(directory);
    expect((await third.load()).records).toStrictEqual([smallRecord(3)]);
    await third.close();
  });

  it.each([1, 100, 4096, 8191, 8192, 9000])('is noticed at %i bytes', async (length) => {
    const saved = await load(database.subarray(0, length));
    expect(saved.damaged).toHaveLength(1);
  });
});
