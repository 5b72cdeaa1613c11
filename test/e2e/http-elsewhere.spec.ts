import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

import type { RingletServer } from '../../src/server.js';
import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';

const MIB = 2 ** 20;
/** Bodies of 6 MiB may stay where they need not be, and four readers of larger ones are served at once. */
const MEMORY_LIMIT = '48MiB';
/** More than the connections between a reader and its server take. */
const LARGE = bytesOf(30 * MIB + 17, 'large');
const SMALLER = bytesOf(4 * MIB + 17, 'smaller');
const READERS = 4;

const urlOf = (server: RingletServer, key: string) => `${server.identity.url}/objects/${key}`;
const bodyAt = (server: RingletServer, key: string) => server.ring.committed(key)?.body;
const nameOf = ({ identity }: RingletServer) => identity.name;

/** Nothing is under way, and nobody reads. */
const allRead = (ring: TestRing) =>
  until('nobody reads', () => ring.servers.every((server) => server.ring.status().passing === 0));

/** A reader that has the beginning, and takes no more for now. */
async function begin(server: RingletServer, key: string): Promise<IncomingMessage> {
  const request = get(urlOf(server, key), { agent: false });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.pause();
  return answer;
}

async function rest(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Bodies that are kept by one server, or by two of three. */
async function startWith(replicas: number, environment = {}): Promise<TestRing> {
  return startRing(3, { environment: { REPLICAS: String(replicas), MEMORY_LIMIT, ...environment } });
}

describe('a body that another server has', () => {
  let ring: TestRing;
  let holder: RingletServer;
  let other: RingletServer;

  beforeAll(async () => {
    ring = await startWith(1);
    [holder, other] = ring.backups as [RingletServer, RingletServer];
    for (const [key, body] of [
      ['large', LARGE],
      ['smaller', SMALLER],
    ] as const) {
      await putBody(urlOf(holder, key), body);
      await until(
        'it is gone elsewhere',
        () => bodyAt(other, key) === null && bodyAt(ring.primary, key) === null,
      );
    }
  });
  afterEach(() => allRead(ring));
  afterAll(() => ring.stop());

  test('is read at any server, and stays at none', async () => {
    for (const server of [other, ring.primary]) {
      const answer = await fetch(urlOf(server, 'large'));
      expect(answer.headers.get('ringlet-via')).toBe(nameOf(holder));
      expect(Buffer.from(await answer.arrayBuffer()).equals(LARGE)).toBe(true);
      expect(bodyAt(server, 'large')).toBeNull();
    }
  });

  test.each([
    [0, 0],
    [262_143, 262_144],
    [7 * MIB + 3, 9 * MIB + 5],
    [LARGE.length - 1, LARGE.length - 1],
  ])('is read from byte %d to %d', async (first, last) => {
    const answer = await fetch(urlOf(other, 'large'), { headers: { Range: `bytes=${first}-${last}` } });
    expect(answer.status).toBe(206);
    expect(Buffer.from(await answer.arrayBuffer()).equals(LARGE.subarray(first, last + 1))).toBe(true);
  });

  test('is read slowly while others go on', async () => {
    const slow = await begin(other, 'large');
    expect((await bytesAt(urlOf(other, 'large'))).equals(LARGE)).toBe(true);
    expect((await putBody(urlOf(other, 'meanwhile'), Buffer.from('text'))).ok).toBe(true);
    expect((await rest(slow)).equals(LARGE)).toBe(true);
  });

  test('is given up by its source when its reader goes away', async () => {
    const reader = await begin(other, 'large');
    expect(holder.ring.status().passing).toBe(1);
    reader.destroy();
    await allRead(ring);
  });

  test('is read by so many at once, and the next gets the place of one that goes away', async () => {
    const readers = await Promise.all(Array.from({ length: READERS }, () => begin(other, 'large')));
    const waiting = fetch(urlOf(other, 'large'));
    readers.pop()!.destroy();
    expect((await waiting).status).toBe(200);
    await (await waiting).body!.cancel();
    for (const reader of readers) reader.destroy();
  });

  test('is not kept from others by readers that take nothing, who get the rest later', async () => {
    const first = await Promise.all(Array.from({ length: READERS }, () => begin(other, 'large')));
    // All but one of these get the places of the first, and hold them for too long for the last.
    const later = await Promise.all(Array.from({ length: READERS + 1 }, () => begin(other, 'large')));
    const refused = later.filter(({ statusCode }) => statusCode !== 200);
    expect(refused.map(({ statusCode }) => statusCode)).toEqual([503]);
    expect(refused[0]!.headers['retry-after']).toBeDefined();
    const problem: unknown = JSON.parse(String(await rest(refused[0]!)));
    expect(problem).toMatchObject({ code: 'read_overloaded', retryable: true });
    for (const reader of [...first, ...later].filter((one) => one !== refused[0]))
      expect((await rest(reader)).equals(LARGE)).toBe(true);
  });

  test('stays when there is room, whoever reads it', async () => {
    const readers = Array.from({ length: 2 * READERS }, () => bytesAt(urlOf(other, 'smaller')));
    for (const bytes of await Promise.all(readers)) expect(bytes.equals(SMALLER)).toBe(true);
    expect(bodyAt(other, 'smaller')).not.toBeNull();
    expect((await fetch(urlOf(other, 'smaller'), { method: 'GET' })).headers.get('ringlet-via')).toBeNull();
  });

  test('is not read where it is written again', async () => {
    const reader = await begin(other, 'large');
    const etag = reader.headers.etag!;
    await fetch(urlOf(ring.primary, 'large'), { method: 'DELETE' });
    expect((await rest(reader)).equals(LARGE)).toBe(true);
    const answer = await fetch(urlOf(other, 'large'), { headers: { 'If-Match': etag } });
    expect(answer.status).toBe(404);
  });
});

test('A reader in the middle goes on with another copy when its source dies', async () => {
  const ring = await startWith(2, {
    SUSPECT_AFTER_MS: '300',
    READ_LEASE_MS: '200',
  });
  try {
    await putBody(urlOf(ring.primary, 'large'), LARGE);
    const isHolder = (server: RingletServer) =>
      ring.primary.ring.committed('large')!.holders.includes(nameOf(server));
    const [reader] = ring.servers.filter((server) => !isHolder(server)) as [RingletServer];
    await until('it is gone there', () => bodyAt(reader, 'large') === null);
    const answer = await begin(reader, 'large');
    const via = answer.headers['ringlet-via'];
    await ring.crash(ring.servers.find((server) => nameOf(server) === via)!);
    expect((await rest(answer)).equals(LARGE)).toBe(true);
  } finally {
    await ring.stop();
  }
});

test('A reader whose last source has died sees that bytes are missing', async () => {
  const ring = await startWith(1, { SUSPECT_AFTER_MS: '300', READ_LEASE_MS: '200' });
  try {
    const [holder, reader] = ring.backups as [RingletServer, RingletServer];
    await putBody(urlOf(holder, 'large'), LARGE);
    await until('it is gone there', () => bodyAt(reader, 'large') === null);
    const answer = await begin(reader, 'large');
    await ring.crash(holder);
    await expect(rest(answer)).rejects.toThrow('aborted');
    const later = await fetch(urlOf(reader, 'large'));
    expect(later.status).toBe(503);
    expect(await later.json()).toMatchObject({ code: 'read_no_holder' });
  } finally {
    await ring.stop();
  }
});
