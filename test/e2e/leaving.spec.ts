import { afterEach, expect, test } from '@jest/globals';

import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { type Home, LastingRing } from '../support/rings/lasting-ring.js';
import { startRing, type TestRing } from '../support/rings/ring.js';

const SMALL_COUNT = 60;
const LARGE = bytesOf(2 ** 20 + 1);
const small = (index: number) => bytesOf(1000, `small ${index}`);

/** One copy of each object, spread over all. */
async function fill(urls: readonly string[]): Promise<void> {
  for (let index = 0; index < SMALL_COUNT; index++) {
    const url = urls[index % urls.length]!;
    expect((await putBody(`${url}/objects/s${index}`, small(index))).status).toBe(201);
  }
  for (const [index, url] of urls.entries())
    expect((await putBody(`${url}/objects/large${index}`, LARGE)).status).toBe(201);
}

/** The keys of what is not read as it was written. */
async function wrongAt(url: string): Promise<string[]> {
  const wrong: string[] = [];
  for (let index = 0; index < SMALL_COUNT; index++)
    if (!(await bytesAt(`${url}/objects/s${index}`)).equals(small(index))) wrong.push(`s${index}`);
  for (let index = 0; index < 3; index++)
    if (!(await bytesAt(`${url}/objects/large${index}`)).equals(LARGE)) wrong.push(`large${index}`);
  return wrong;
}

let end: () => Promise<void>;
afterEach(() => end());

test.each([
  ['backups', (ring: TestRing) => ring.backups.at(-1)!],
  ['primaries', (ring: TestRing) => ring.primary],
])('%s that leave one after the other hand on what only they keep', async (_, next) => {
  const ring = await startRing(3, { environment: { REPLICAS: '1' } });
  end = () => ring.stop();
  await fill(ring.urls);
  for (let left = 2; left > 0; left--) {
    const leaver = next(ring);
    ring.forget(leaver);
    await leaver.stop();
    await ring.settled();
    for (const { identity } of ring.servers) expect(await wrongAt(identity.url)).toEqual([]);
  }
});

test('A server that is told to leave over HTTP hands on first', async () => {
  const ring = await startRing(3, { environment: { REPLICAS: '1' } });
  end = () => ring.stop();
  await fill(ring.urls);
  const leaver = ring.backups[0]!;
  ring.forget(leaver);
  expect((await fetch(`${leaver.identity.url}/ring/leave`, { method: 'POST' })).status).toBe(202);
  await leaver.ended;
  expect(await wrongAt(ring.primary.identity.url)).toEqual([]);
});

test('What was handed on is on the disks of the others', async () => {
  const ring = await LastingRing.start(3, { REPLICAS: '1', MEMORY_LIMIT: '1MiB' });
  end = () => ring.end();
  await fill(ring.homes.map(({ url }) => url));
  const [first, second, third] = ring.homes as [Home, Home, Home];
  await third.leave();
  await Promise.all([first.crash(), second.crash()]);
  await Promise.all([first.start(), second.start()]);
  await ring.settled();
  for (const { url } of [first, second]) expect(await wrongAt(url)).toEqual([]);
});
