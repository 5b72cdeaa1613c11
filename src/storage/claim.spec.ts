import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { StorageError } from './storage-error.js';
import { Directories, openStore } from './testing/samples.js';

const directories = new Directories();
afterAll(() => directories.remove());

/** The sentence with which a store is refused. */
async function refusal(directory: string, ring = 'lab'): Promise<string> {
  const error: unknown = await openStore(directory, { ring }).then(
    (store) => store.close(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StorageError);
  // By this the main program knows that the sentence says it all.
  expect((error as StorageError).cause).toBeDefined();
  return (error as StorageError).message;
}

async function used(): Promise<string> {
  const directory = directories.make();
  await (await openStore(directory)).close();
  return directory;
}

describe('A directory', () => {
  it('is made when it is not there', async () => {
    const directory = join(directories.make(), 'a/b');
    await (await openStore(directory)).close();
    expect(readdirSync(directory).toSorted()).toStrictEqual(['blobs', 'ringlet.json', 'store']);
  });

  it('is refused when it is a file', async () => {
    const file = join(directories.make(), 'file');
    writeFileSync(file, '');
    expect(await refusal(file)).toBe(
      `DATA_DIR ${file} cannot be used: it is not a directory; set DATA_DIR to one.`,
    );
    expect(await refusal(join(file, 'below'))).toContain('is not a directory; set DATA_DIR to one');
  });

  it('is refused when nothing can be written there', async () => {
    // Root may write everywhere but here.
    expect(await refusal('/proc/ringlet')).toMatch(/^DATA_DIR \/proc\/ringlet cannot be used: /);
  });

  it("is refused when it holds what is not Ringlet's", async () => {
    const directory = directories.make();
    writeFileSync(join(directory, 'letter.txt'), '');
    expect(await refusal(directory)).toBe(
      `DATA_DIR ${directory} holds letter.txt, which is not Ringlet's; set DATA_DIR to a directory that is empty or does ` +
        'not exist.',
    );
    expect(readdirSync(directory)).toStrictEqual(['letter.txt']);
  });

  it('is taken when all that it holds is what a new file system has', async () => {
    const directory = directories.make();
    mkdirSync(join(directory, 'lost+found'));
    await (await openStore(directory)).close();
    expect(readdirSync(directory)).toContain('ringlet.json');
  });

  it('is refused to a server of another ring', async () => {
    const directory = await used();
    expect(await refusal(directory, 'other')).toBe(
      `DATA_DIR ${directory} is of a server of ring lab, not of other; set RING=lab or another DATA_DIR.`,
    );
    await (await openStore(directory)).close();
  });

  it('is refused when a newer version wrote it, or nobody can tell', async () => {
    const directory = await used();
    const path = join(directory, 'ringlet.json');
    writeFileSync(path, '{"format":2,"ring":"lab"}');
    expect(await refusal(directory)).toContain(
      'has format 2 of a newer version of Ringlet, and this one reads 1;',
    );
    writeFileSync(path, '{"form');
    expect(await refusal(directory)).toContain('ringlet.json is damaged');
  });
});

describe('The lock', () => {
  it('keeps out a second store, by the id of the process that has the first', async () => {
    const directory = directories.make();
    const store = await openStore(directory);
    expect(await refusal(directory)).toBe(
      `DATA_DIR ${directory} is in use by this process (${process.pid}); end that one or set another DATA_DIR.`,
    );
    await store.close();
    await (await openStore(directory)).close();
  });

  it('is of a process and of its start, as ids come again', async () => {
    const directory = await used();
    const lock = join(directory, 'lock');
    const store = await openStore(directory);
    const own = readFileSync(lock, 'utf8');
    await store.close();
    const { started } = JSON.parse(own) as { started: string };
    // The first process of the machine runs, but is not what had its id when the lock was taken.
    writeFileSync(lock, JSON.stringify({ pid: 1, started }));
    await (await openStore(directory)).close();
    writeFileSync(lock, own);
    expect(await refusal(directory)).toContain(`in use by this process (${process.pid})`);
  });

  it.each([
    ['of a process that is gone', () => JSON.stringify({ pid: spawnSync('true').pid, started: '' })],
    ['of nobody', () => '{"pi'],
  ])('is taken over when it is %s', async (_, text) => {
    const directory = await used();
    writeFileSync(join(directory, 'lock'), text());
    await (await openStore(directory)).close();
    expect(readdirSync(directory).toSorted()).toStrictEqual(['blobs', 'ringlet.json', 'store']);
  });
});
