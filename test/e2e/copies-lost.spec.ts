import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { type Home, LastingRing } from '../support/rings/lasting-ring.js';
import { until } from '../support/rings/until.js';

const KIB = 1024;
const SERVERS = 5;
const OBJECTS = 30;
/** Every fifth is a large body. */
const sizeOf = (index: number) => (index % 5 === 4 ? 300 * KIB : KIB + 100 * index);

let ring: LastingRing;
/** What is stored, by its key. */
let stored: Map<string, Buffer>;

const urlOf = (home: Home, key: string) => `${home.url}/objects/${key}`;
const homeOf = (name: string) => ring.homes.find((home) => home.name === name)!;
const others = (away: Home) => ring.homes.filter((home) => home !== away);
const records = () => ring.running[0]!.ring.list('', null, 1000);
const away = () => ring.running.map((server) => server.ring.status().copiesAway);
const holdersOf = () => records().map(({ key, holders }) => [key, holders]);

async function put(home: Home, key: string, body: Buffer): Promise<void> {
  expect((await putBody(urlOf(home, key), body)).ok).toBe(true);
  stored.set(key, body);
}

async function remove(home: Home, key: string): Promise<void> {
  expect((await fetch(urlOf(home, key), { method: 'DELETE' })).status).toBe(204);
  stored.delete(key);
}

/** What is not there as it was stored, at any server that runs. */
async function wrong(): Promise<string[]> {
  const found: string[] = [];
  for (const home of ring.homes.filter(({ isRunning }) => isRunning))
    for (const [key, body] of stored)
      if (!(await bytesAt(urlOf(home, key))).equals(body)) found.push(`${key} at ${home.name}`);
  return found;
}

/** Reads one object after the other until it is over; what was not answered as it was stored. */
async function readAll(home: Home, over: AbortSignal): Promise<string[]> {
  const failed: string[] = [];
  for (let index = 0; !over.aborted; index = (index + 7) % OBJECTS) {
    const key = `k${index}`;
    const answer = await fetch(urlOf(home, key));
    const body = Buffer.from(await answer.arrayBuffer());
    if (!stored.get(key)!.equals(body)) failed.push(`${key} at ${home.name}: ${answer.status}`);
  }
  return failed;
}

/** Two servers that run are named for each object, and have it. */
function isWhole(): boolean {
  const running = new Map(ring.running.map((server) => [server.identity.name, server.ring]));
  return records().every(
    ({ key, holders }) =>
      holders.length === 2 && holders.every((name) => running.get(name)?.committed(key)?.body != null),
  );
}

beforeEach(async () => {
  ring = await LastingRing.start(SERVERS, { REPLICAS: '2' });
  stored = new Map();
  for (let index = 0; index < OBJECTS; index++)
    await put(ring.homes[index % SERVERS]!, `k${index}`, bytesOf(sizeOf(index), `body ${index}`));
});
afterEach(() => ring.end());

test('Each object is kept where it came to, and by the least loaded of the others', () => {
  const loads = new Map(ring.homes.map(({ name }) => [name, 0]));
  for (let index = 0; index < OBJECTS; index++) {
    const [{ name: origin }, size] = [ring.homes[index % SERVERS]!, sizeOf(index)];
    const byLoad = [...loads].filter(([name]) => name !== origin);
    const [least] = byLoad.toSorted(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))[0]!;
    expect([index, ring.running[0]!.ring.committed(`k${index}`)!.holders]).toEqual([index, [origin, least]]);
    for (const name of [origin, least]) loads.set(name, loads.get(name)! + size);
  }
});

test.each(['s1', 's3'])('When %s dies no read fails, and two servers have everything again', async (name) => {
  const lost = homeOf(name);
  const before = holdersOf();
  const over = new AbortController();
  const readers = others(lost).map((home) => readAll(home, over.signal));
  await lost.crash();
  await until('copies are away', () => away().every((copies) => copies > 0));
  await until('two servers have everything', isWhole);
  await until('all know it', () => away().every((copies) => copies === 0));
  over.abort();
  expect((await Promise.all(readers)).flat()).toEqual([]);
  // Nothing was moved that need not be.
  const kept = before.filter(([, holders]) => !holders!.includes(name));
  expect(holdersOf()).toEqual(expect.arrayContaining(kept));
});

test('What is written and deleted while a holder is away is so at every copy when it is back', async () => {
  const lost = homeOf('s2');
  const held = records().filter(({ holders }) => holders.includes('s2'));
  await lost.crash();
  const [edited, deleted, large] = held.map(({ key }) => key) as [string, string, string];
  await put(homeOf('s4'), edited, Buffer.from('edited'));
  await remove(homeOf('s5'), deleted);
  await put(homeOf('s1'), large, bytesOf(400 * KIB, 'edited'));
  await lost.start({ PEER: homeOf('s1').address });
  await ring.settled();
  await until('two servers have everything', isWhole);
  expect(await wrong()).toEqual([]);
  for (const home of ring.homes) expect((await fetch(urlOf(home, deleted))).status).toBe(404);
});

test('After a crash of all, they know what was where', async () => {
  const before = holdersOf();
  await Promise.all(ring.homes.map((home) => home.crash()));
  await Promise.all(ring.homes.map((home) => home.start()));
  await ring.settled();
  // The last ones hear by a beat that everything is committed.
  await until('two servers have everything', isWhole);
  expect(holdersOf()).toEqual(before);
  expect(await wrong()).toEqual([]);
});
