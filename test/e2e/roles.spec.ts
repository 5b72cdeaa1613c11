import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { RingletClient } from '../../src/client/index.js';
import type { RingletServer } from '../../src/server.js';
import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { startRing, TestRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';

const LARGE = bytesOf(600 * 1024);

const url = ({ identity }: RingletServer, key: string) => `${identity.url}/objects/${key}`;

const put = (server: RingletServer, key: string, headers: Record<string, string> = {}) =>
  fetch(url(server, key), { method: 'PUT', body: key, headers });

/** It knows the object, and others keep it. */
const isGone = (server: RingletServer, key: string) => server.ring.committed(key)?.body === null;

const isHere = (server: RingletServer, key: string) => server.ring.committed(key)?.body != null;

/** What the gateway tells of it as the part of a bundle. */
async function holdersInBundle(server: RingletServer, key: string): Promise<readonly string[]> {
  const bundle = url(server, key).replace('/objects/', '/bundles/');
  const headers = { 'Content-Type': 'application/json' };
  await fetch(bundle, { method: 'PUT', headers, body: JSON.stringify({ parts: [{ key }] }) });
  const { parts } = (await (await fetch(bundle)).json()) as { parts: { holders: string[] }[] };
  return parts[0]!.holders;
}

async function holdersOf(server: RingletServer, key: string): Promise<readonly string[]> {
  const answer = await fetch(`${server.identity.url}/objects?prefix=${key}`);
  const { objects } = (await answer.json()) as { objects: { holders: string[] }[] };
  return objects[0]!.holders;
}

describe('A ring of a server of each role', () => {
  let ring: TestRing;
  let both: RingletServer;
  let storage: RingletServer;
  let gateway: RingletServer;

  beforeAll(async () => {
    ring = new TestRing({});
    both = await ring.add();
    storage = await ring.add({ ROLE: 'storage' });
    gateway = await ring.add({ ROLE: 'gateway' });
    await ring.settled();
  });
  afterAll(() => ring.stop());

  test('tells what each is there for', async () => {
    const answer = await fetch(`${storage.identity.url}/ring`);
    const { members } = (await answer.json()) as { members: { name: string; role: string }[] };
    expect(members.map(({ name, role }) => [name, role])).toEqual([
      [both.identity.name, 'both'],
      [storage.identity.name, 'storage'],
      [gateway.identity.name, 'gateway'],
    ]);
  });

  test('keeps what comes to the gateway at the others, which answer its readers', async () => {
    expect((await put(gateway, 'small')).status).toBe(201);
    expect((await putBody(url(gateway, 'large'), LARGE)).status).toBe(201);
    for (const key of ['small', 'large']) {
      await until(`${key} is not kept at the gateway`, () => isGone(gateway, key));
      expect([isHere(both, key), isHere(storage, key)]).toEqual([true, true]);
      expect(await holdersOf(gateway, key)).toEqual([both.identity.name, storage.identity.name]);
      expect(await holdersInBundle(gateway, key)).toEqual([both.identity.name, storage.identity.name]);
    }
    const head = await fetch(url(gateway, 'small'), { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '5']);
    const answer = await fetch(url(gateway, 'small'));
    expect([await answer.text(), answer.headers.has('ringlet-via')]).toEqual(['small', true]);
    expect((await bytesAt(url(gateway, 'large'))).equals(LARGE)).toBe(true);
  });

  test('gives no copy of few to the gateway', async () => {
    for (const key of ['one', 'two', 'three']) {
      expect((await put(gateway, key, { 'Ringlet-Replicas': '1' })).status).toBe(201);
      expect(await holdersOf(both, key)).not.toContain(gateway.identity.name);
      expect(await (await fetch(url(gateway, key))).text()).toBe(key);
    }
    expect((await put(gateway, 'many', { 'Ringlet-Replicas': '3' })).status).toBe(201);
    expect((await holdersOf(both, 'many')).toSorted()).toEqual([both.identity.name, storage.identity.name]);
  });

  test('sends a client that asks for it on to whoever keeps the object and answers clients', async () => {
    await put(both, 'there', { 'Ringlet-Replicas': '1' });
    await until('the gateway has dropped it', () => isGone(gateway, 'there'));
    const ask = { headers: { Prefer: 'redirect' }, redirect: 'manual' } as const;
    const answer = await fetch(url(gateway, 'there'), ask);
    expect([answer.status, answer.headers.get('location')]).toEqual([307, url(both, 'there')]);
  });

  test.each(['/objects/small', '/objects?limit=1', '/events', '/', '/docs', '/backup', '/ringlet'])(
    'has no %s for clients of the storage server, which names one that has',
    async (path) => {
      const answer = await fetch(`${storage.identity.url}${path}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([421, 'application/problem+json']);
      expect(await answer.json()).toMatchObject({
        code: 'not_serving',
        server: both.identity.url,
        detail: `This server only keeps bodies (ROLE=storage): ask ${both.identity.url} instead.`,
      });
    },
  );

  test.each(['/health/live', '/health/ready', '/ring', '/metrics'])(
    'answers %s everywhere, as it is about the server itself',
    async (path) => {
      for (const { identity } of ring.servers)
        expect((await fetch(`${identity.url}${path}`)).status).toBe(200);
    },
  );

  test('serves the client of the package, whichever server it was told of', async () => {
    const client = new RingletClient({ servers: [storage.identity.url] });
    const object = await client.get('small');
    expect(Buffer.from(await object!.bytes()).toString()).toBe('small');
    await client.close();
  });
});

test('A ring of gateways refuses to store, and takes writes once there is a server that keeps them', async () => {
  const ring = await startRing(2, { environment: { CAPACITY: '0' } });
  const [first] = ring.servers as [RingletServer];
  const refused = await put(first, 'k');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await refused.json()).toMatchObject({ code: 'no_storage', retryable: true });
  expect((await putBody(url(first, 'large'), LARGE)).status).toBe(503);
  expect((await fetch(url(first, 'k'), { method: 'DELETE' })).status).toBe(404);
  await ring.add({ CAPACITY: '1GiB' });
  await ring.settled();
  expect((await put(first, 'k')).status).toBe(201);
  expect(await (await fetch(url(first, 'k'))).text()).toBe('k');
  await ring.stop();
});

test('A gateway keeps nobody who stores from leaving, but the last of them', async () => {
  const ring = new TestRing({});
  const last = await ring.add();
  const other = await ring.add();
  const gateway = await ring.add({ ROLE: 'gateway' });
  await ring.settled();
  await put(other, 'k');
  ring.forget(other);
  await other.stop();
  await ring.settled();
  expect(await (await fetch(url(gateway, 'k'))).text()).toBe('k');
  ring.forget(gateway);
  await gateway.stop();
  expect(await (await fetch(url(last, 'k'))).text()).toBe('k');
  await ring.stop();
});
