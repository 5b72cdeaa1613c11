import { afterAll, describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';

import { LmdbWriter } from './lmdb-writer.js';
import { Directories, largeRecord, openStore, put, smallRecord, stored } from './testing/samples.js';
import { WriteFailure, type Writer } from './writer.js';

const directories = new Directories();
afterAll(() => directories.remove());

/** A writer to a real database, some of whose methods fail. */
async function failing(path: string, changes: Partial<Writer>): Promise<Writer> {
  const writer = await LmdbWriter.start(path, false);
  return {
    commit: (batch, mustSync) => writer.commit(batch, mustSync),
    sync: () => writer.sync(),
    read: (tree, key) => writer.read(tree, key),
    reusableBytes: () => writer.reusableBytes(),
    close: () => writer.close(),
    ...changes,
  };
}

const ioError = () => Promise.reject(new WriteFailure('i/o error', false));

describe('A store whose disk fails', () => {
  it('says so once, in a sentence that names the directory, and keeps what was saved before', async () => {
    const directory = directories.make();
    const failures: Error[] = [];
    const onFailure = (error: Error) => void failures.push(error);
    let isBroken = false;
    const store = await openStore(
      directory,
      { onFailure },
      {
        startWriter: async (path) => {
          const writer = await failing(path, {});
          const commit: Writer['commit'] = (batch, mustSync) =>
            isBroken ? ioError() : writer.commit(batch, mustSync);
          return { ...writer, commit };
        },
      },
    );
    await store.load();
    await store.save([put(smallRecord(1))], false);
    isBroken = true;
    const sentence = `DATA_DIR ${directory} cannot be written: i/o error; look after the disk and start this server again.`;
    await expect(store.save([put(smallRecord(2))], false)).rejects.toThrow(sentence);
    isBroken = false;
    await expect(store.save([put(largeRecord(3))], true)).rejects.toThrow(sentence);
    expect(failures.map(({ message }) => message)).toStrictEqual([sentence]);
    await store.close();
    const again = await openStore(directory);
    expect((await again.load()).records).toStrictEqual([smallRecord(1)]);
    await again.close();
  });

  it('stops at a sync that failed, also between saves', async () => {
    const told = new EventEmitter();
    const failure = once(told, 'failure') as Promise<[Error]>;
    const store = await openStore(
      directories.make(),
      { fsync: 1, onFailure: (error) => told.emit('failure', error) },
      { startWriter: (path) => failing(path, { sync: ioError }) },
    );
    await store.load();
    await store.save([put(smallRecord(1))], false);
    expect((await failure)[0].message).toContain('i/o error');
    await expect(store.save([put(smallRecord(2))], false)).rejects.toThrow('i/o error');
    await store.close();
  });

  it('keeps a large body waiting while the disk is full, and all that comes after it', async () => {
    const directory = directories.make();
    let fullCommits = 3;
    const pauses: number[] = [];
    const store = await openStore(
      directory,
      {},
      {
        pause: (milliseconds) => Promise.resolve(pauses.push(milliseconds)),
        startWriter: async (path) => {
          const writer = await failing(path, {});
          const commit: Writer['commit'] = (batch, mustSync) =>
            fullCommits-- > 0
              ? Promise.reject(new WriteFailure('full', true))
              : writer.commit(batch, mustSync);
          return { ...writer, commit };
        },
      },
    );
    await store.load();
    const records = [largeRecord(1), smallRecord(2)];
    await Promise.all(records.map((record) => store.save([put(record)], false)));
    expect(pauses).toStrictEqual([50, 100, 200]);
    await store.close();
    const again = await openStore(directory);
    expect((await again.load()).records).toStrictEqual([stored(records[0]!), records[1]]);
    await again.close();
  });
});
