import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { Directories, largeRecord, openStore, smallRecord, stored } from './testing/samples.js';

const TESTING = join(import.meta.dirname, 'testing');
const ENOUGH = 120;

const directories = new Directories();
afterAll(() => directories.remove());

/** The revisions of which a process said that they are saved, before it was killed amid saving more. */
async function savedByKilled(directory: string, fsync: string): Promise<number[]> {
  const script = [`--import=${join(TESTING, 'run-typescript.mjs')}`, join(TESTING, 'saver.mjs')];
  const saver = spawn(process.execPath, ['--no-warnings', ...script, directory, fsync, '8'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(saver, 'exit');
  const revisions: number[] = [];
  for await (const line of createInterface(saver.stdout)) {
    revisions.push(Number(line));
    if (revisions.length === ENOUGH) saver.kill('SIGKILL');
  }
  expect(await ended).toStrictEqual([null, 'SIGKILL']);
  return revisions;
}

describe('What counts as saved', () => {
  it.each(['never', '5', 'always'])('outlives a process that is killed, with FSYNC=%s', async (fsync) => {
    const directory = directories.make();
    const revisions = await savedByKilled(directory, fsync);
    expect(revisions.length).toBeGreaterThanOrEqual(ENOUGH);
    const store = await openStore(directory);
    const { records, damaged } = await store.load();
    await store.close();
    expect(damaged).toStrictEqual([]);
    const found = new Map(records.map((record) => [record.revision, record]));
    for (const revision of revisions) {
      const written = revision % 50 === 0 ? stored(largeRecord(revision)) : smallRecord(revision);
      expect(found.get(revision)).toStrictEqual(written);
    }
  });
});
