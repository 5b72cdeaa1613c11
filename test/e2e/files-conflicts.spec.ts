import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, describe, expect, test } from '@jest/globals';

import { type Sharer, SharingRing } from '../support/rings/sharing-ring.js';
import { until } from '../support/rings/until.js';

/** Longer than it takes to notice a change. */
const QUIET_MS = 1_500;

let ring: SharingRing | undefined;
afterEach(() => ring?.end());

async function start(size: number, hasDisks = false): Promise<Sharer[]> {
  ring = await SharingRing.start(size, {}, hasDisks);
  return [...ring.sharers];
}

/** The first server has the name, the second one offers something else under it. */
async function differing(hasDisks = false): Promise<[Sharer, Sharer, Sharer]> {
  const [a, b, c] = (await start(3, hasDisks)) as [Sharer, Sharer, Sharer];
  a.write('file', 'of a');
  await ring!.reads('file', 'of a');
  b.write('file', 'of b');
  await ring!.conflicting('file s2');
  return [a, b, c];
}

const of = ({ home }: Sharer) => home.server;

/** What all of them say alike, each thing once. */
async function told(tell: (sharer: Sharer) => Promise<string[]>): Promise<string[]> {
  const all = await Promise.all(ring!.running.map(tell));
  return [...new Set(all.flat())];
}

async function conflictAt(sharer: Sharer): Promise<string> {
  return (await fetch(`${sharer.home.url}/conflicts/file`)).text();
}

describe('a name under which two servers offer different files', () => {
  test('is the file of the first one; the other is told, listed and can be read from everywhere', async () => {
    const [a, b, c] = await differing();
    await ring!.listed('file s1');
    await ring!.reads('file', 'of a');
    for (const sharer of [a, b, c]) expect(await conflictAt(sharer)).toBe('of b');
    expect(ring!.said.filter((line) => line.includes('differs from what s1 shares'))).toHaveLength(1);
    await delay(QUIET_MS);
    expect(await c.conflicts()).toEqual(['file s2']);
  });

  test('is that of the other one when the first one is removed', async () => {
    const [a] = await differing();
    a.remove('file');
    await ring!.conflicting();
    await ring!.listed('file s2');
    await ring!.reads('file', 'of b');
    expect(await told(async (sharer) => [await sharer.read('file')])).toEqual(['of b']);
  });

  test('is that of the other one when the server of the first one is gone, and stays so', async () => {
    const [a, b] = await differing();
    await a.home.crash();
    await ring!.listed('file s2');
    await ring!.conflicting();
    await a.home.start({ PEER: b.home.address });
    await ring!.settled();
    await ring!.conflicting('file s1');
    await ring!.listed('file s2');
    expect(await told((sharer) => sharer.names())).toEqual(['file s2']);
  });

  test('is settled when both are made the same', async () => {
    const [, b] = await differing();
    b.write('file', 'of a');
    await ring!.conflicting();
    await ring!.listed('file s1,s2');
    expect(await told((sharer) => sharer.names())).toEqual(['file s1,s2']);
  });

  test('is settled when the other one is removed, and listed anew when it changes', async () => {
    const [, b] = await differing();
    b.write('file', 'of b, changed');
    await until('it is listed', async () => (await conflictAt(b)) === 'of b, changed');
    await ring!.conflicting('file s2');
    b.remove('file');
    await ring!.conflicting();
    await ring!.reads('file', 'of a');
    expect(await told(async (sharer) => [await sharer.read('file')])).toEqual(['of a']);
  });

  test.each([[false], [true]])(
    'has no conflict left of a file that went while its server was away (with disks: %s)',
    async (hasDisks) => {
      const [a, b] = await differing(hasDisks);
      await b.home.crash();
      b.remove('file');
      await b.home.start({ PEER: a.home.address });
      await ring!.settled();
      await ring!.conflicting();
      await ring!.listed('file s1');
      expect(await told((sharer) => sharer.names())).toEqual(['file s1']);
    },
  );

  test('comes about when one of two that have the same changes it', async () => {
    const [a, b] = (await start(2)) as [Sharer, Sharer];
    a.write('file', 'same');
    b.write('file', 'same');
    await until('both have it', async () => /s1,s2|s2,s1/.test((await a.names()).join()));
    a.write('file', 'changed');
    await ring!.conflicting('file s1');
    await ring!.listed('file s2');
    await ring!.reads('file', 'same');
    expect(await told(async (sharer) => [await sharer.read('file')])).toEqual(['same']);
  });
});

describe('servers that share files and are cut apart', () => {
  test('have all of their files again when they meet, also what is a conflict', async () => {
    const [a, b, c] = (await start(3)) as [Sharer, Sharer, Sharer];
    a.write('of a', 'a');
    a.write('file', 'of a');
    await ring!.reads('file', 'of a');
    c.write('of c', 'c');
    c.write('file', 'of c');
    await ring!.conflicting('file s3');
    ring!.cuts.cut([of(a), of(b)], [of(c)]);
    // Outside of the lineage all stays listed, as the others may have theirs still.
    await until(
      'the lineage goes on without the one',
      async () => (await b.names()).join() === 'file s1,of a s1',
    );
    await until(
      'so does that one',
      () => of(c).ring.status().hasLease && of(c).ring.status().view!.members.length === 1,
    );
    expect([await b.conflicts(), await c.names()]).toEqual([[], ['file s1', 'of a s1', 'of c s3']]);
    expect([await c.read('of c'), await c.read('of a')]).toEqual(['c', '503']);
    c.write('apart', 'c');
    await until('it is shared there', async () => (await c.names()).includes('apart s3'));
    ring!.cuts.heal();
    await ring!.settled();
    await ring!.listed('apart s3', 'file s1', 'of a s1', 'of c s3');
    await ring!.conflicting('file s3');
    for (const sharer of [a, b, c]) expect(await conflictAt(sharer)).toBe('of c');
  });
});

describe('servers that come back with their disks', () => {
  test('share what is in their directories by now', async () => {
    const all = (await start(3, true)) as [Sharer, Sharer, Sharer];
    const [a, b, c] = all;
    a.write('stays', 'a');
    b.write('goes', 'b');
    c.write('changes', 'c');
    await ring!.listed('changes s3', 'goes s2', 'stays s1');
    for (const { home } of all) await home.crash();
    b.remove('goes');
    c.write('changes', 'changed');
    await Promise.all(all.map(({ home }) => home.start()));
    await ring!.settled();
    await ring!.listed('changes s3', 'stays s1');
    await ring!.reads('changes', 'changed');
    await ring!.reads('stays', 'a');
    expect(await told(async (sharer) => [await sharer.read('stays')])).toEqual(['a']);
  });
});
