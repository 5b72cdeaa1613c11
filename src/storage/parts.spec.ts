import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { existsSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { link, open, readFile, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import type { Change, LogRecord, OnDisk, Part, Pieces, View } from '../replication/index.js';
import { linkBlob } from './blob-file.js';
import { LmdbWriter } from './lmdb-writer.js';
import { MAX_OPEN_PARTS, PartFiles, SYNC_EVERY_BYTES } from './part-files.js';
import type { Store } from './store.js';
import { Directories, largeRecord, openStore, put, smallRecord, stored } from './testing/samples.js';
import { WriteFailure } from './writer.js';

const directories = new Directories();
afterAll(() => directories.remove());

const part: Part = { source: 7, number: 3 };
const first = largeRecord(1);
const bytesOf = (record: LogRecord) => (record.body as Pieces).pieces as Uint8Array[];
const pieces = (record: LogRecord, of = part): Change[] =>
  bytesOf(record).map((bytes, index) => ({ kind: 'piece', part: of, index, bytes }));
const discard = (of = part): Change => ({ kind: 'discard', part: of });
const truncate = (revision: number): Change => ({ kind: 'truncate', table: 'records', revision });
const clear: Change = { kind: 'clear', table: 'records' };
const putFrom = (record: LogRecord, from: number, table: 'records' | 'offers' = 'records'): Change => ({
  kind: 'put',
  table,
  record: stored(record, null, 'records', from),
});
const place = (view: View | null): Change => ({
  kind: 'fact',
  fact: { name: 'place', seat: 1, view, contacts: [], history: [], vote: null, isForeign: false },
});
const inView = place({ id: 1 } as unknown as View);

let directory: string;
let store: Store;

beforeEach(async () => {
  directory = directories.make();
  store = await openStore(directory);
  await store.load();
});

afterEach(() => store.close());

const save = (...changes: Change[]) => store.save(changes, false);
const files = () => readdirSync(join(directory, 'blobs')).toSorted();
const fileOf = ({ digest, revision }: LogRecord) => `${digest}-${revision}`;
const readAll = async (at: OnDisk) => {
  const found: Uint8Array[] = [];
  for (let index = 0; ; index++) {
    const bytes = await store.readPiece(at, index);
    if (bytes === null) return found;
    found.push(bytes);
  }
};
const isBody = async (at: OnDisk, record: LogRecord) =>
  expect(Buffer.concat(await readAll(at)).equals(Buffer.concat(bytesOf(record)))).toBe(true);

async function reopen() {
  await store.close();
  store = await openStore(directory);
  return store.load();
}

describe('A part', () => {
  it('is written piece by piece and read back', async () => {
    for (const change of pieces(first)) await save(change);
    await isBody({ kind: 'part', part }, first);
    expect(files()).toStrictEqual(['part-7-3']);
  });

  it('is read while it is on its way', async () => {
    const saving = save(...pieces(first));
    expect(await store.readPiece({ kind: 'part', part }, 1)).toStrictEqual(bytesOf(first)[1]);
    await saving;
  });

  it('goes when it is discarded, also while it is written', async () => {
    const all = [save(...pieces(first)), save(discard())];
    await Promise.all(all);
    expect(files()).toStrictEqual([]);
    expect(await store.readPiece({ kind: 'part', part }, 0)).toBeNull();
    await save(...pieces(first));
    await isBody({ kind: 'part', part }, first);
  });

  it('is gone at the next start', async () => {
    await save(...pieces(first));
    await store.close();
    store = await openStore(directory);
    expect(files()).toStrictEqual([]);
  });

  it('that is damaged gives no piece', async () => {
    await save(...pieces(first));
    truncateSync(join(directory, 'blobs', 'part-7-3'), 300_000);
    expect(await store.readPiece({ kind: 'part', part }, 0)).not.toBeNull();
    expect(await store.readPiece({ kind: 'part', part }, 1)).toBeNull();
  });
});

describe('A record', () => {
  it.each(['always', 'never'] as const)('takes over its part, with FSYNC=%s', async (fsync) => {
    await store.close();
    store = await openStore(directory, { fsync });
    await store.load();
    await Promise.all([...pieces(first).map((change) => save(change)), save(put(stored(first, part)))]);
    const inode = (name: string) => statSync(join(directory, 'blobs', name)).ino;
    expect(inode('part-7-3')).toBe(inode(fileOf(first)));
    await save(discard());
    expect(files()).toStrictEqual([fileOf(first)]);
    await isBody({ kind: 'records', revision: 1 }, first);
    await isBody({ kind: 'part', part }, first);
    expect((await reopen()).records).toStrictEqual([stored(first)]);
  });

  it('takes over its part again after it was truncated, under another revision too', async () => {
    const second = { ...first, revision: 2 };
    await save(...pieces(first));
    await Promise.all([
      save(put(stored(first, part))),
      save(truncate(0)),
      save(put(stored(second, part))),
      save(truncate(0), put(stored(first, part)), discard()),
    ]);
    await isBody({ kind: 'records', revision: 1 }, first);
    const { records, damaged } = await reopen();
    expect({ records, damaged }).toStrictEqual({ records: [stored(first)], damaged: [] });
    expect(files()).toStrictEqual([fileOf(first)]);
  });

  it('takes over a part of which pieces are in memory, or all', async () => {
    for (const here of [
      [true, false, true],
      [true, true, true],
    ]) {
      const body = {
        ...stored(first, part).body!,
        pieces: bytesOf(first).map((it, i) => (here[i] ? it : null)),
      };
      await save(...pieces(first), put({ ...first, body: body as Pieces }), discard());
      await isBody({ kind: 'records', revision: 1 }, first);
      await isBody({ kind: 'part', part }, first);
    }
  });

  it('replaces a damaged body of its own by its part', async () => {
    await save(put(first));
    truncateSync(join(directory, 'blobs', fileOf(first)), 10);
    expect((await reopen()).damaged).toHaveLength(1);
    await save(...pieces(first), put(stored(first, part)), discard());
    expect((await reopen()).damaged).toStrictEqual([]);
  });

  it('without a body anywhere ends the store', async () => {
    const failures: Error[] = [];
    const onFailure = (error: Error) => void failures.push(error);
    await store.close();
    for (const record of [first, smallRecord(1)]) {
      store = await openStore(directory, { onFailure });
      await store.load();
      await expect(save(put(stored(record)))).rejects.toThrow('there is no body for key-1 (revision 1)');
      await store.close();
    }
    expect(failures).toHaveLength(2);
  });
});

describe('A body that is on the disk only', () => {
  const small = smallRecord(2);

  it('stays when its record is put again', async () => {
    await save(put(first), put(small));
    const again = [first, small].map((record) => ({ ...stored(record), replaced: true }));
    await save(...again.map((record) => put(record)));
    await isBody({ kind: 'records', revision: 1 }, first);
    const { records } = await reopen();
    expect(records).toStrictEqual([again[0], { ...small, replaced: true }]);
  });

  it('goes to another record or table, also from one that the same changes drop', async () => {
    await save(put(first), put(small), inView);
    const moved = [
      { ...first, revision: 8 },
      { ...small, revision: 9 },
    ] as const;
    await save(clear, putFrom(moved[0], 1, 'offers'), putFrom(moved[1], 2, 'offers'));
    await isBody({ kind: 'offers', revision: 8 }, first);
    expect(await store.readPiece({ kind: 'offers', revision: 9 }, 0)).toStrictEqual(small.body);
    await store.close();
    expect(files()).toStrictEqual([`offer-${fileOf(moved[0])}`]);
    const { records, offers } = await reopen();
    expect({ records, offers }).toStrictEqual({
      records: [],
      offers: [stored(moved[0], null, 'offers'), moved[1]],
    });
  });

  it('comes back after its record was cleared, as long as there is no view', async () => {
    const other = largeRecord(3, 300_000);
    await save(inView, put(first), put(other));
    await save(place(null), clear);
    await save(put(small));
    expect(files()).toHaveLength(2);
    await save(putFrom(first, 1));
    await isBody({ kind: 'records', revision: 1 }, first);
    expect(files()).toHaveLength(2);
    await save(inView);
    await store.close();
    expect(files()).toStrictEqual([fileOf(first)]);
    store = await openStore(directory);
    expect((await store.load()).records).toStrictEqual([stored(first), small]);
  });

  it('is kept for that after a start without a view as well', async () => {
    await save(put(first), place(null));
    await reopen();
    await save(truncate(0));
    await save(putFrom(first, 1));
    expect((await reopen()).records).toStrictEqual([stored(first)]);
  });

  it('goes with its record in a view', async () => {
    await save(place(null), put(first), inView);
    await save(clear);
    await store.close();
    expect(files()).toStrictEqual([]);
  });
});

describe('What was handed over', () => {
  it('counts as saved in its order, pieces or not', async () => {
    const order: number[] = [];
    const changes = [
      [put(smallRecord(5))],
      [pieces(first)[0]!],
      [put(largeRecord(6, 2 ** 21))],
      [pieces(first)[1]!],
      [pieces(first)[2]!],
      [put(smallRecord(7))],
      [],
      [put(stored(first, part))],
      [discard()],
    ];
    await Promise.all(changes.map((one, index) => save(...one).then(() => order.push(index))));
    expect(order).toStrictEqual(changes.map((_, index) => index));
  });

  it('needs no commit when it is pieces', async () => {
    await store.close();
    let commits = 0;
    const startWriter = async (path: string) => {
      const writer = await LmdbWriter.start(path, false);
      jest.spyOn(writer, 'commit').mockImplementation(() => Promise.resolve(void commits++));
      return writer;
    };
    store = await openStore(directory, {}, { startWriter });
    await store.load();
    await Promise.all(pieces(first).map((change) => save(change)));
    expect(commits).toBe(0);
    await save(put(smallRecord(1)));
    expect(commits).toBe(1);
  });
});

describe('A disk that is full', () => {
  it('is waited for by a piece, which is then written as a whole', async () => {
    await store.close();
    const pauses: number[] = [];
    store = await openStore(directory, {}, { pause: (ms) => Promise.resolve(pauses.push(ms)) });
    await store.load();
    const some = await open(join(directory, 'some'), 'w');
    const spy = jest.spyOn(Object.getPrototypeOf(some) as FileHandle, 'write');
    await some.close();
    rmSync(join(directory, 'some'));
    spy.mockRejectedValueOnce(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    spy.mockRejectedValueOnce(Object.assign(new Error('no space'), { code: 'EDQUOT' }));
    await save(...pieces(first));
    spy.mockRestore();
    expect(pauses).toStrictEqual([50, 100]);
    await isBody({ kind: 'part', part }, first);
  });
});

describe('Part files', () => {
  it('are open as far as their bound goes', async () => {
    const closed: string[] = [];
    const parts = new PartFiles(false, (path) => closed.push(path));
    const path = (number: number) => join(directory, 'blobs', `part-1-${number}`);
    for (let number = 0; number <= MAX_OPEN_PARTS; number++)
      await parts.write(path(number), 0, Buffer.alloc(9));
    expect(closed).toStrictEqual([path(0)]);
    await parts.close(path(0));
    expect(parts.openFiles).toBe(MAX_OPEN_PARTS);
    await parts.write(path(0), 1, Buffer.alloc(9));
    await parts.closeAll();
    expect(statSync(path(0)).size).toBe(256 * 1024 + 9);
  });

  it('are brought to the disk while they grow, and are lost when that fails', async () => {
    const path = join(directory, 'blobs', 'part-1-1');
    const parts = new PartFiles(true, () => undefined);
    await parts.write(path, 0, Buffer.alloc(9));
    const some = await open(path, 'r');
    const spy = jest.spyOn(Object.getPrototypeOf(some) as FileHandle, 'datasync');
    await some.close();
    spy.mockRejectedValueOnce(new Error('i/o error'));
    await parts.write(path, 1, Buffer.alloc(SYNC_EVERY_BYTES));
    expect(spy).toHaveBeenCalledTimes(1);
    spy.mockRestore();
    await expect(parts.close(path)).rejects.toThrow('i/o error');
    await expect(parts.write(path, 2, Buffer.alloc(9))).rejects.toThrow('i/o error');
    await parts.closeAll();
  });

  it('are never written over a file that is there, which may be a record under another name', async () => {
    const [name, other] = [join(directory, 'blobs', 'part-1-1'), join(directory, 'blobs', 'record')];
    writeFileSync(name, 'body');
    await link(name, other);
    const parts = new PartFiles(false, () => undefined);
    await parts.write(name, 0, Buffer.from('new'));
    await parts.closeAll();
    expect(await readFile(other, 'utf8')).toBe('body');
    expect(await readFile(name, 'utf8')).toBe('new');
  });

  it('are copied where there are no links, and named when they are gone', async () => {
    const [from, to] = [join(directory, 'from'), join(directory, 'to')];
    await writeFile(from, 'body');
    const noLinks = () => Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' }));
    expect(await linkBlob(from, to, true, noLinks)).toBe(true);
    expect(await readFile(to, 'utf8')).toBe('body');
    expect(statSync(to).ino).not.toBe(statSync(from).ino);
    expect(await linkBlob(from, to, true)).toBe(true);
    expect(statSync(to).ino).toBe(statSync(from).ino);
    expect(await linkBlob(from, to, true)).toBe(true);
    expect(existsSync(`${to}.new`)).toBe(false);
    expect(await linkBlob(join(directory, 'gone'), to, true)).toBe(false);
    const full = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    await expect(
      linkBlob(join(directory, 'none', 'x'), join(directory, 'none', 'y'), false, full),
    ).resolves.toBe(false);
    expect(new WriteFailure('x', true).cause).toBeUndefined();
  });
});
