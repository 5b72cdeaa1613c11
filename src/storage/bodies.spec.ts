import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Change, Saved } from '../replication/index.js';
import { Directories, largeRecord, openStore, put, smallRecord, stored } from './testing/samples.js';

const directories = new Directories();
afterAll(() => directories.remove());

const first = largeRecord(1);
const second = largeRecord(2, 300_000);
let directory: string;

beforeEach(async () => {
  directory = directories.make();
  await change([put(first), put(second), put(second, 'offers')]);
});

async function change(...lists: readonly Change[][]): Promise<Saved> {
  const store = await openStore(directory);
  const saved = await store.load();
  await Promise.all(lists.map((changes) => store.save(changes, false)));
  await store.close();
  return saved;
}

const files = () => readdirSync(join(directory, 'blobs')).toSorted();
const fileOf = ({ digest, revision }: typeof first) => `${digest}-${revision}`;

describe('The files of large bodies', () => {
  it('are named by what they are', () => {
    expect(files()).toStrictEqual([fileOf(first), fileOf(second), `offer-${fileOf(second)}`].toSorted());
  });

  it.each<[string, Change]>([
    ['drop', { kind: 'drop', table: 'records', revision: 2 }],
    ['truncate', { kind: 'truncate', table: 'records', revision: 1 }],
    ['replace', put(smallRecord(2))],
  ])('go with the record: %s', async (_, gone) => {
    await change([gone]);
    expect(files()).toStrictEqual([fileOf(first), `offer-${fileOf(second)}`].toSorted());
  });

  it('go with a table', async () => {
    await change([{ kind: 'clear', table: 'records' }]);
    expect(files()).toStrictEqual([`offer-${fileOf(second)}`]);
  });

  it('stay when the record comes again', async () => {
    const drop: Change = { kind: 'drop', table: 'records', revision: 1 };
    await change([put(first)], [drop], [put(first)], [drop, put(first)]);
    expect((await change()).records).toStrictEqual([stored(first), stored(second)]);
    expect(files()).toHaveLength(3);
  });

  it('that no record names are removed', async () => {
    for (const name of ['0123456789abcdef-9', `${fileOf(first)}.new`, 'part-1-2']) {
      writeFileSync(join(directory, 'blobs', name), 'x');
    }
    expect((await change()).damaged).toStrictEqual([]);
    expect(files()).toHaveLength(3);
  });
});

describe('A body', () => {
  it.each<[string, (path: string) => void]>([
    ['missing', (path) => rmSync(path)],
    ['short', (path) => truncateSync(path, 300_000)],
    [
      'damaged',
      (path) => {
        const bytes = readFileSync(path);
        bytes[400_000]! ^= 1;
        writeFileSync(path, bytes);
      },
    ],
  ])('that is %s is left out and named, until it is saved anew', async (_, damage) => {
    damage(join(directory, 'blobs', fileOf(first)));
    for (let start = 0; start < 2; start++) {
      const saved = await change();
      expect(saved.records).toStrictEqual([{ ...first, body: null }, stored(second)]);
      expect(saved.damaged).toStrictEqual(['the body of key-1 (revision 1)']);
    }
    await change([put(first)]);
    expect(await change()).toMatchObject({ records: [stored(first), stored(second)], damaged: [] });
  });

  it('is not given piece by piece where it is damaged', async () => {
    const path = join(directory, 'blobs', fileOf(first));
    const store = await openStore(directory);
    await store.load();
    const bytes = readFileSync(path);
    bytes[300_000]! ^= 1;
    writeFileSync(path, bytes);
    expect(await store.readPiece({ kind: 'records', revision: 1 }, 1)).toBeNull();
    expect(await store.readPiece({ kind: 'records', revision: 1 }, 2)).not.toBeNull();
    rmSync(path);
    expect(await store.readPiece({ kind: 'records', revision: 1 }, 2)).toBeNull();
    await store.close();
    expect(existsSync(path)).toBe(false);
  });
});
