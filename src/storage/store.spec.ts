import { afterAll, describe, expect, it } from '@jest/globals';

import type { Change, Fact, MarkFact, Pieces, Saved } from '../replication/index.js';
import {
  Directories,
  largeRecord,
  openStore,
  put,
  sampleRecord,
  smallRecord,
  stored,
} from './testing/samples.js';

const directories = new Directories();
afterAll(() => directories.remove());

const mark: MarkFact = { name: 'mark', watermark: 3, floor: 1, origins: [[4, 5]] };
const place: Fact = {
  name: 'place',
  seat: 1,
  view: null,
  contacts: ['h:1'],
  history: [],
  vote: null,
  isDamaged: false,
};
const NOTHING: Saved = { facts: [], records: [], done: [], offers: [], damaged: [] };

/** What is there after each list of changes was saved, and the store closed and opened again. */
async function afterSaving(...lists: readonly Change[][]): Promise<Saved> {
  const directory = directories.make();
  const store = await openStore(directory);
  await store.load();
  await Promise.all(lists.map((changes) => store.save(changes, false)));
  await store.close();
  const again = await openStore(directory);
  const saved = await again.load();
  await again.close();
  return saved;
}

describe('A store', () => {
  it('has nothing at first', async () => {
    expect(await afterSaving()).toStrictEqual(NOTHING);
  });

  it('keeps records of each table in the order of revisions', async () => {
    const [first, second] = [smallRecord(2), smallRecord(2 ** 40, 40_000)];
    const done = sampleRecord(5, { kind: 'repeat', refusal: 'reused', of: 3, token: 't' });
    const offer = smallRecord(1, 0);
    const changes = [put(second), put(first), put(done, 'done'), put(offer, 'offers')];
    expect(await afterSaving(changes)).toStrictEqual({
      ...NOTHING,
      records: [first, second],
      done: [done],
      offers: [offer],
    });
  });

  it('replaces a record of the same revision', async () => {
    const second = sampleRecord(1, { key: 'other', kind: 'delete', digest: '' });
    expect((await afterSaving([put(smallRecord(1))], [put(second)])).records).toStrictEqual([second]);
  });

  it('drops one, those above, and all', async () => {
    const all = [1, 2, 3, 4, 5].map((revision) => put(smallRecord(revision)));
    const revisions = async (change: Change) => {
      const { records } = await afterSaving(all, [change]);
      return records.map(({ revision }) => revision);
    };
    expect(await revisions({ kind: 'drop', table: 'records', revision: 2 })).toStrictEqual([1, 3, 4, 5]);
    expect(await revisions({ kind: 'drop', table: 'records', revision: 9 })).toStrictEqual([1, 2, 3, 4, 5]);
    expect(await revisions({ kind: 'truncate', table: 'records', revision: 3 })).toStrictEqual([1, 2, 3]);
    expect(await revisions({ kind: 'clear', table: 'records' })).toStrictEqual([]);
    expect(await revisions({ kind: 'clear', table: 'offers' })).toStrictEqual([1, 2, 3, 4, 5]);
  });

  it('makes changes in their order, also within one call', async () => {
    const clear: Change = { kind: 'clear', table: 'records' };
    const saved = await afterSaving([put(smallRecord(1)), clear, put(smallRecord(2))], [put(smallRecord(3))]);
    expect(saved.records.map(({ revision }) => revision)).toStrictEqual([2, 3]);
  });

  it('keeps each fact once', async () => {
    const first: Change = { kind: 'fact', fact: { ...mark, watermark: 2 } };
    const saved = await afterSaving([first, { kind: 'fact', fact: place }], [{ kind: 'fact', fact: mark }]);
    expect(saved.facts).toStrictEqual([mark, place]);
  });

  it('keeps large bodies of records and offers', async () => {
    const records = [largeRecord(1), smallRecord(2), largeRecord(3, 2 ** 18)];
    const offer = largeRecord(1, 70_000);
    const saved = await afterSaving(
      records.map((record) => put(record)),
      [put(offer, 'offers')],
    );
    expect(saved).toStrictEqual({
      ...NOTHING,
      records: records.map((record) => (record.body instanceof Uint8Array ? record : stored(record))),
      offers: [stored(offer, { kind: 'offers', revision: offer.revision })],
    });
  });

  it('keeps more than fits the first map of the database', async () => {
    const records = Array.from({ length: 400 }, (_, index) => smallRecord(index + 1, 60_000));
    const saved = await afterSaving(...records.map((record) => [put(record)]));
    expect(saved.records).toStrictEqual(records);
  });

  it('reads bodies back while it is open', async () => {
    const store = await openStore(directories.make());
    await store.load();
    const read = (revision: number, index: number, kind: 'records' | 'offers' = 'records') =>
      store.readPiece({ kind, revision }, index);
    const [small, large] = [smallRecord(1), largeRecord(2)];
    await store.save([put(small), put(large), put(smallRecord(1, 5), 'offers')], true);
    expect(await read(1, 0)).toStrictEqual(small.body);
    expect(await read(1, 1)).toBeNull();
    expect(await read(3, 0)).toBeNull();
    expect(await read(1, 0, 'offers')).toStrictEqual(smallRecord(1, 5).body);
    const pieces = await Promise.all([0, 1, 2, 3].map((index) => read(2, index)));
    expect(pieces.slice(0, 3)).toStrictEqual((large.body as Pieces).pieces);
    expect(pieces[3]).toBeNull();
    await store.save([{ kind: 'drop', table: 'records', revision: 2 }], false);
    expect(await read(2, 0)).toBeNull();
    await store.close();
  });

  it('reads bodies that are on their way', async () => {
    const store = await openStore(directories.make());
    await store.load();
    const [small, large] = [smallRecord(1), largeRecord(2)];
    const saving = store.save([put(small), put(large)], true);
    const found = await Promise.all(
      [1, 2].map((revision) => store.readPiece({ kind: 'records', revision }, 0)),
    );
    expect(found).toStrictEqual([small.body, (large.body as Pieces).pieces[0]]);
    await saving;
    await store.close();
  });

  it('has no more small bodies in memory than it is asked to, the newest', async () => {
    const directory = directories.make();
    const records = [1, 2, 3, 4].map((revision) => smallRecord(revision, 1000));
    const store = await openStore(directory);
    await store.load();
    await store.save(
      records.map((record) => put(record)),
      false,
    );
    await store.close();
    const loaded = async (atOpen: number, atLoad?: number) => {
      const again = await openStore(directory, { memoryBytes: atOpen });
      const saved = await again.load(atLoad === undefined ? {} : { memoryBytes: atLoad });
      const all = await Promise.all(
        records.map(({ revision }) => again.readPiece({ kind: 'records', revision }, 0)),
      );
      await again.close();
      expect(all).toStrictEqual(records.map(({ body }) => body));
      return saved.records;
    };
    const some = [stored(records[0]!), stored(records[1]!), records[2], records[3]];
    expect(await loaded(2500)).toStrictEqual(some);
    expect(await loaded(Infinity, 2500)).toStrictEqual(some);
    expect(await loaded(3000, 2000)).toStrictEqual(some);
    expect(await loaded(0)).toStrictEqual(records.map((record) => stored(record)));
    expect(await loaded(4000)).toStrictEqual(records);
  });

  it('is loaded once, and saves nothing after it was closed', async () => {
    const store = await openStore(directories.make());
    await store.load();
    await expect(store.load()).rejects.toThrow('loaded before');
    const saving = store.save([put(smallRecord(1))], false);
    await store.close();
    await saving;
    await expect(store.save([], false)).rejects.toThrow('closed');
  });

  it('knows the room that is left', async () => {
    const store = await openStore(directories.make());
    const before = store.room();
    expect(before).toBeGreaterThan(0);
    await store.save([put(smallRecord(1, 50_000))], false);
    expect(store.room()).not.toBe(before);
    await store.close();
  });
});
