import { afterEach, describe, expect, test } from '@jest/globals';

import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { LastingRing } from '../support/rings/lasting-ring.js';
import { until } from '../support/rings/until.js';

const MIB = 2 ** 20;
const SMALL_COUNT = 60;
const SMALL_BYTES = 50_000;
const LARGE = bytesOf(5 * MIB + 1);
/** A third of what the small bodies take. */
const LITTLE_MEMORY = { MEMORY_LIMIT: '1MiB' };
const small = (index: number) => bytesOf(SMALL_BYTES, `small ${index}`);

let ring: LastingRing;

async function fill(url: string): Promise<void> {
  for (let index = 0; index < SMALL_COUNT; index++)
    expect((await putBody(`${url}/objects/s${index}`, small(index))).status).toBe(201);
  expect((await putBody(`${url}/objects/large`, LARGE, { chunked: true })).status).toBe(201);
}

/** The keys of what is not there as it was written. */
async function wrongAt(url: string): Promise<string[]> {
  const wrong: string[] = [];
  for (let index = 0; index < SMALL_COUNT; index++)
    if (!(await bytesAt(`${url}/objects/s${index}`)).equals(small(index))) wrong.push(`s${index}`);
  if (!(await bytesAt(`${url}/objects/large`)).equals(LARGE)) wrong.push('large');
  const range = { Range: `bytes=${3 * MIB}-${3 * MIB + 9}` };
  const part = await bytesAt(`${url}/objects/large`, range);
  if (!part.equals(LARGE.subarray(3 * MIB, 3 * MIB + 10))) wrong.push('a part of large');
  return wrong;
}

afterEach(() => ring.end());

describe('a ring with more objects than memory', () => {
  test('takes and gives all of them, and keeps to its limit', async () => {
    ring = await LastingRing.start(3, LITTLE_MEMORY);
    await fill(ring.homes[1]!.url);
    for (const { url } of ring.homes) expect(await wrongAt(url)).toEqual([]);
    for (const { server } of ring.homes)
      await until('memory is within its limit', () => server.ring.status().bytes <= MIB + SMALL_BYTES);
  });

  test('has them when it comes back', async () => {
    ring = await LastingRing.start(2, LITTLE_MEMORY);
    const [first, second] = ring.homes;
    await fill(first!.url);
    await first!.crash();
    await second!.crash();
    await Promise.all([first!.start(), second!.start()]);
    await ring.settled();
    for (const { url } of ring.homes) expect(await wrongAt(url)).toEqual([]);
  });

  test('brings them to one that was away', async () => {
    ring = await LastingRing.start(3, LITTLE_MEMORY);
    const [first, , third] = ring.homes;
    await third!.crash();
    await fill(first!.url);
    await third!.start();
    await ring.settled();
    await until('it has everything', () => third!.server.ring.status().full);
    expect(await wrongAt(third!.url)).toEqual([]);
  });

  test('gives a backup of all of them', async () => {
    ring = await LastingRing.start(1, LITTLE_MEMORY);
    const { url } = ring.homes[0]!;
    await fill(url);
    const backup = await bytesAt(`${url}/backup`);
    for (let index = 0; index < SMALL_COUNT; index++) expect(backup.includes(small(index))).toBe(true);
    expect(backup.includes(LARGE)).toBe(true);
    expect(backup.subarray(-200).toString()).toContain(`"records":${SMALL_COUNT + 1}`);
  });

  test('does not mind that what is read is written again', async () => {
    ring = await LastingRing.start(2, LITTLE_MEMORY);
    const [first, second] = ring.homes;
    const bodies = Array.from({ length: 8 }, (_, index) => bytesOf(MIB + index, `version ${index}`));
    await putBody(`${first!.url}/objects/k`, bodies[0]!);
    const writing = new AbortController();
    const reading = async () => {
      let whole = 0;
      while (!writing.signal.aborted) {
        const read = await bytesAt(`${second!.url}/objects/k`).catch(() => null);
        if (read === null) continue;
        expect(bodies.some((body) => body.equals(read))).toBe(true);
        whole++;
      }
      return whole;
    };
    const readers = [reading(), reading(), reading()];
    for (const body of bodies) expect((await putBody(`${first!.url}/objects/k`, body)).status).toBe(204);
    writing.abort();
    for (const whole of await Promise.all(readers)) expect(whole).toBeGreaterThan(0);
    expect((await bytesAt(`${second!.url}/objects/k`)).equals(bodies.at(-1)!)).toBe(true);
  });
});
