import { afterEach, expect, test } from '@jest/globals';

import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { type Home, LastingRing } from '../support/rings/lasting-ring.js';
import { until } from '../support/rings/until.js';

const MIB = 2 ** 20;
const SMALL_COUNT = 40;
const SMALL_BYTES = 40_000;
const LARGE = bytesOf(2 * MIB + 1);
const SETTINGS = { REPLICAS: '2', MEMORY_LIMIT: '1MiB' };
const small = (index: number) => bytesOf(SMALL_BYTES, `small ${index}`);

let ring: LastingRing;

const urlAt = (index: number) => ring.homes[index % ring.homes.length]!.url;

async function fill(): Promise<void> {
  for (let index = 0; index < SMALL_COUNT; index++)
    expect((await putBody(`${urlAt(index)}/objects/s${index}`, small(index))).status).toBe(201);
  for (const [index] of ring.homes.entries())
    expect((await putBody(`${urlAt(index)}/objects/large${index}`, LARGE)).status).toBe(201);
}

/** The keys of what is not there as it was written. */
async function wrongAt({ url }: Home): Promise<string[]> {
  const wrong: string[] = [];
  for (let index = 0; index < SMALL_COUNT; index++)
    if (!(await bytesAt(`${url}/objects/s${index}`)).equals(small(index))) wrong.push(`s${index}`);
  for (const [index] of ring.homes.entries())
    if (!(await bytesAt(`${url}/objects/large${index}`)).equals(LARGE)) wrong.push(`large${index}`);
  return wrong;
}

/** Two that run are to have each body, and have it. */
function isWhole(): boolean {
  const { running } = ring;
  const named = new Map(running.map((server) => [server.identity.name, server.ring]));
  return running[0]!.ring
    .list('', null, 1000)
    .every(
      ({ key, holders }) =>
        holders.length === 2 && holders.every((name) => named.get(name)?.committed(key)?.body),
    );
}

afterEach(() => ring.end());

test('What two of three keep on their disks is there when all come back', async () => {
  ring = await LastingRing.start(3, SETTINGS);
  await fill();
  for (const home of ring.homes) expect(await wrongAt(home)).toEqual([]);
  await Promise.all(ring.homes.map((home) => home.crash()));
  await Promise.all(ring.homes.map((home) => home.start()));
  await ring.settled();
  for (const home of ring.homes) expect(await wrongAt(home)).toEqual([]);
});

test('What one kept is given to another when it is gone, and comes back with nothing lost', async () => {
  ring = await LastingRing.start(3, SETTINGS);
  await fill();
  const [first, second, third] = ring.homes as [Home, Home, Home];
  await third.crash();
  await until('the others keep all of it', isWhole);
  for (const home of [first, second]) expect(await wrongAt(home)).toEqual([]);
  await Promise.all([first.crash(), second.crash()]);
  await Promise.all([first.start(), second.start()]);
  await ring.settled();
  for (const home of [first, second]) expect(await wrongAt(home)).toEqual([]);
  await third.start();
  await ring.settled();
  expect(await wrongAt(third)).toEqual([]);
});
