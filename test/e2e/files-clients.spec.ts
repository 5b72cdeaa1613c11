import { chmodSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, describe, expect, test } from '@jest/globals';

import { bytesOf, putBody } from '../support/rings/large.js';
import { type Sharer, SharingRing, type Settings } from '../support/rings/sharing-ring.js';
import { until } from '../support/rings/until.js';

/** Longer than it takes to notice a change. */
const QUIET_MS = 1_500;
const WRITABLE = { FILES_WRITABLE: '1' };

let ring: SharingRing | undefined;
afterEach(() => ring?.end());

/** Of two servers the second one has the file. */
async function sharing(settings: Settings = {}, hasDisks = false): Promise<[Sharer, Sharer]> {
  ring = new SharingRing(2, settings, hasDisks);
  const [other, holder] = ring.sharers as [Sharer, Sharer];
  holder.write('file', 'as it was');
  await ring.start();
  await ring.reads('file', 'as it was');
  return [other, holder];
}

const textOf = (sharer: Sharer) => readFileSync(sharer.path('file'), 'utf8');

/** The process ends as in a crash, and the same one starts again. */
async function restart({ home }: Sharer, { home: other }: Sharer): Promise<void> {
  await home.crash();
  await home.start({ PEER: other.address });
  await ring!.settled();
}

describe('a file that a client writes', () => {
  test('is an ordinary object from then on, and stays as it is on the disk', async () => {
    const [other, holder] = await sharing();
    expect((await other.put('file', 'of a client')).status).toBe(204);
    await ring!.reads('file', 'of a client');
    await delay(QUIET_MS);
    await ring!.listed('file s1,s2');
    expect([await holder.read('file'), textOf(holder)]).toEqual(['of a client', 'as it was']);
    await ring!.conflicting();
  });

  test('is listed as a conflict when it is changed as well, and until it is removed', async () => {
    const [other, holder] = await sharing();
    await other.put('file', 'of a client');
    await ring!.reads('file', 'of a client');
    holder.write('file', 'changed on the disk');
    await ring!.conflicting('file s2');
    await ring!.reads('file', 'of a client');
    expect(ring!.said.join()).toContain('The file "file" differs from the object under this name');
    holder.remove('file');
    await ring!.conflicting();
    await ring!.reads('file', 'of a client');
  });

  test.each([[false], [true]])(
    'is listed as a conflict after a restart (with disks: %s)',
    async (hasDisks) => {
      const [other, holder] = await sharing({}, hasDisks);
      await other.put('file', 'of a client');
      await restart(holder, other);
      await ring!.conflicting('file s2');
      expect(await holder.read('file')).toBe('of a client');
    },
  );

  test('takes the place of the object that it is a copy of when it is changed', async () => {
    const [other, holder] = await sharing();
    await other.put('file', 'of a client');
    await ring!.reads('file', 'of a client');
    holder.write('file', 'of a client');
    await delay(QUIET_MS);
    holder.write('file', 'edited');
    await ring!.reads('file', 'edited');
    expect(await other.names()).toEqual(['file s2']);
  });
});

describe('a file that a client deletes', () => {
  test.each([[false], [true]])(
    'stays deleted, also after a restart, until it changes (with disks: %s)',
    async (hasDisks) => {
      const [other, holder] = await sharing({}, hasDisks);
      expect((await other.delete('file')).status).toBe(204);
      await ring!.reads('file', '404');
      await restart(holder, other);
      await delay(QUIET_MS);
      expect([await other.read('file'), textOf(holder)]).toEqual(['404', 'as it was']);
      holder.write('file', 'changed');
      await ring!.reads('file', 'changed');
    },
  );

  test('is not there for whoever asks for it by a condition', async () => {
    const [other] = await sharing();
    const etag = (await other.get('file')).headers.get('etag')!;
    const headers = { 'If-Match': etag };
    expect((await fetch(other.url('file'), { method: 'DELETE', headers })).status).toBe(204);
    expect((await fetch(other.url('file'), { method: 'PUT', body: 'x', headers })).status).toBe(412);
  });
});

describe('a directory that may be written', () => {
  test('has what clients write, as a whole, with the rights that the file had', async () => {
    const [other, holder] = await sharing(WRITABLE);
    chmodSync(holder.path('file'), 0o640);
    await other.put('file', 'of a client');
    await until('it is in the file', () => textOf(holder) === 'of a client');
    expect(statSync(holder.path('file')).mode & 0o777).toBe(0o640);
    const large = bytesOf(600_000);
    await putBody(other.url('file'), large);
    await until('it is in the file', () => readFileSync(holder.path('file')).equals(large));
    await delay(QUIET_MS);
    holder.write('file', 'edited');
    await ring!.reads('file', 'edited');
    await ring!.conflicting();
    await ring!.listed('file s2');
  });

  test('loses what clients delete, and gets nothing that it did not have', async () => {
    const [other, holder] = await sharing(WRITABLE);
    await other.put('new', 'of a client');
    await other.delete('file');
    await until(
      'it is removed',
      () => statSync(holder.path('file'), { throwIfNoEntry: false }) === undefined,
    );
    await other.put('file', 'once more');
    await delay(QUIET_MS);
    for (const key of ['file', 'new'])
      expect(statSync(holder.path(key), { throwIfNoEntry: false })).toBeUndefined();
    await ring!.reads('file', 'once more');
  });

  test('has what was written while its server was away as a conflict', async () => {
    const [other, holder] = await sharing(WRITABLE);
    await holder.home.crash();
    await ring!.reads('file', '404');
    await other.put('file', 'meanwhile');
    await holder.home.start({ PEER: other.home.address });
    await ring!.conflicting('file s2');
    expect(textOf(holder)).toBe('as it was');
  });
});
