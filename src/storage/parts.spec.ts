import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { existsSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { link, open, readFile, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import type { Change, LogRecord, OnDisk, Part, Pieces } from '../replication/index.js';
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
const ahead: OnDisk = { kind: 'part', part };
const discard = (of = part): Change => ({ kind: 'discard', part: of });
const truncate = (revision: number): Change => ({ kind: 'truncate', table: 'records', revision });
const clear: Change = { kind: 'clear', table: 'records' };
const putFrom = (record: LogRecord, revision: number, table: 'records' | 'offers' = 'records'): Change =>
  put(stored(record, { kind: 'records', revision }), table);

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
    await Promise.all([...pieces(first).map((change) => save(change)), save(put(stored(first, ahead)))]);
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
      save(put(stored(first, ahead))),
      save(truncate(0)),
      save(put(stored(second, ahead))),
      save(truncate(0), put(stored(first, ahead)), discard()),
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
        ...stored(first, ahead).body!,
        pieces: bytesOf(first).map((bytes, index) => (here[index] ? bytes : null)),
      };
      await save(...pieces(first), put({ ...first, body: body as Pieces }), discard());
      for (const at of [ahead, { kind: 'records', revision: 1 } as const])
        expect(Buffer.concat(await readAll(at)).equals(Buffer.concat(bytesOf(first)))).toBe(true);
    }
  });

  it('replaces a damaged body of its own by its part', async () => {
    await save(put(first));
    truncateSync(join(directory, 'blobs', fileOf(first)), 10);
    expect((await reopen()).damaged).toHaveLength(1);
    await save(...pieces(first), put(stored(first, ahead)), discard());
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

  it('goes to another table, from where the same changes drop it', async () => {
    await save(put(first), put(small));
    const moved = [
      { ...first, revision: 8 },
      { ...small, revision: 9 },
    ] as const;
    await save(putFrom(moved[0], 1, 'offers'), putFrom(moved[1], 2, 'offers'), clear);
    await isBody({ kind: 'offers', revision: 8 }, first);
    expect(await store.readPiece({ kind: 'offers', revision: 9 }, 0)).toStrictEqual(small.body);
    await store.close();
    expect(files()).toStrictEqual([`offer-${fileOf(moved[0])}`]);
    const { records, offers } = await reopen();
    const there = stored(moved[0], { kind: 'offers', revision: 8 });
    expect({ records, offers }).toStrictEqual({ records: [], offers: [there, moved[1]] });
  });

  it('comes back from there', async () => {
    const adopted = [
      { ...first, revision: 8 },
      { ...small, revision: 9 },
    ] as const;
    await save(put(first, 'offers'), put(small, 'offers'));
    const [body, other] = [first, small].map(
      (record) => stored(record, { kind: 'offers', revision: record.revision }).body,
    );
    await save(put({ ...adopted[0], body: body! }), put({ ...adopted[1], body: other! }), {
      kind: 'clear',
      table: 'offers',
    });
    await isBody({ kind: 'records', revision: 8 }, first);
    const { records, offers } = await reopen();
    expect({ records, offers }).toStrictEqual({ records: [stored(adopted[0]), adopted[1]], offers: [] });
  });

  it('is not taken from a record that is another one by now', async () => {
    const other = { ...largeRecord(1, 300_000), key: 'other' };
    await save(put(first), put(other));
    await expect(save(putFrom({ ...first, revision: 2 }, 1))).rejects.toThrow('there is no body for key-1');
  });

  it('goes with its record', async () => {
    await save(put(first));
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
      [put(stored(first, ahead))],
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

const partPath = (number: number) => join(directory, 'blobs', `part-1-${number}`);
const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

describe('Part files', () => {
  it('are open as far as their bound goes', async () => {
    const closed: string[] = [];
    const parts = new PartFiles(false, (path) => closed.push(path));
    for (let number = 0; number <= MAX_OPEN_PARTS; number++)
      await parts.write(partPath(number), 0, Buffer.alloc(9));
    expect(closed).toStrictEqual([partPath(0)]);
    await parts.close(partPath(0));
    expect(parts.openFiles).toBe(MAX_OPEN_PARTS);
    await parts.write(partPath(0), 1, Buffer.alloc(9));
    await parts.closeAll();
    expect(statSync(partPath(0)).size).toBe(256 * 1024 + 9);
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
    expect(await linkBlob(from, to, true, failing('EPERM'))).toBe(true);
    expect(await readFile(to, 'utf8')).toBe('body');
    expect(statSync(to).ino).not.toBe(statSync(from).ino);
    expect(await linkBlob(from, to, true)).toBe(true);
    expect(statSync(to).ino).toBe(statSync(from).ino);
    expect(await linkBlob(from, to, true)).toBe(true);
    expect(existsSync(`${to}.new`)).toBe(false);
    expect(await linkBlob(join(directory, 'gone'), to, true)).toBe(false);
    await expect(
      linkBlob(join(directory, 'none', 'x'), join(directory, 'none', 'y'), false, failing('ENOSPC')),
    ).resolves.toBe(false);
    expect(new WriteFailure('x', true).cause).toBeUndefined();
  });
});
