import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { BackupFile, type Plan } from './restore-plan.js';
import { optionsOf } from './restore-objects.js';
import { backupOf, type Made } from './testing/backups.js';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ringlet-plan-'));
  path = join(directory, 'file');
});
afterEach(() => rmSync(directory, { recursive: true }));

async function withPlan<T>(
  records: readonly Made[],
  use: (plan: Plan, file: BackupFile) => Promise<T>,
): Promise<T> {
  writeFileSync(path, backupOf(records));
  const file = await BackupFile.open(path);
  try {
    return await use(await file.plan(new AbortController().signal, () => undefined), file);
  } finally {
    await file.close();
  }
}

test('a plan has the last version of each key, and nothing that was deleted', async () => {
  const records: Made[] = [
    { key: 'a', body: 'old' },
    { key: 'b', body: 'gone' },
    { key: 'c', body: 'c' },
    { key: 'a', body: 'new' },
    { key: 'b', kind: 'delete' },
    { key: '\u0000conflict', body: 'internal' },
  ];
  const bodies = await withPlan(records, async ({ places, bytes, internal, revision }, file) => {
    expect([bytes, internal, revision]).toEqual([4, 1, 6]);
    const all = [...places].map(async ([key, place]) => {
      expect(await file.record(place)).toMatchObject({ key });
      return `${key} ${String(await file.body(place))}`;
    });
    return Promise.all(all);
  });
  expect(bodies).toEqual(['c c', 'a new']);
});

test('a body can be had piece by piece', async () => {
  const body = 'x'.repeat(600_000);
  await withPlan([{ key: 'a', body }], async ({ places }, file) => {
    const pieces: Buffer[] = [];
    for await (const piece of file.pieces(places.get('a')!)) pieces.push(piece);
    expect(pieces.map(({ length }) => length)).toEqual([262_144, 262_144, 75_712]);
  });
});

test('a file that is not there, or no file, is refused in a sentence', async () => {
  await expect(BackupFile.open(path)).rejects.toMatchObject({ exitCode: 3 });
  await expect(BackupFile.open(directory)).rejects.toMatchObject({ exitCode: 1 });
});

test('an object is put with what was kept, and what is left of its time to live', () => {
  const record = { key: 'k', revision: 1, kind: 'put', size: 3, digest: '', meta: { by: 'me' } } as const;
  expect(optionsOf({ ...record, type: 'text/plain', expires: 0 }, 1000)).toEqual({
    size: 3,
    type: 'text/plain',
    meta: { by: 'me' },
  });
  const options = optionsOf({ ...record, type: '', expires: 2500 }, 1000);
  expect(options).toMatchObject({ ttl: 1.5 });
  expect(options).not.toHaveProperty('type');
  expect(optionsOf({ ...record, type: '', expires: 2500 }, 2500)).toBeNull();
});
