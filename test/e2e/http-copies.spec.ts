import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { RingletServer } from '../../src/server.js';
import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';

const KIB = 1024;
const LARGE = 600 * KIB;

interface Listed {
  readonly objects: readonly { readonly key: string; readonly holders: readonly string[] }[];
}

const url = (server: RingletServer, key: string) => `${server.identity.url}/objects/${key}`;

const put = (server: RingletServer, key: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url(server, key), { method: 'PUT', body, headers });

const ask = (server: RingletServer, key: string, headers: Record<string, string>, method = 'GET') =>
  fetch(url(server, key), { method, headers, redirect: 'manual' });

const hasBody = (server: RingletServer, key: string) => server.ring.committed(key)?.body != null;

/** It knows the object, and others keep it. */
const isGone = (server: RingletServer, key: string) => server.ring.committed(key)?.body === null;

const nameOf = ({ identity }: RingletServer) => identity.name;

describe('a ring that keeps one copy of each object', () => {
  let ring: TestRing;
  let holder: RingletServer;
  let other: RingletServer;

  beforeAll(async () => {
    ring = await startRing(3, { environment: { REPLICAS: '1' } });
    holder = ring.backups[0]!;
    other = ring.backups[1]!;
  });
  afterAll(() => ring.stop());

  test('keeps it where it came to, and reads it everywhere', async () => {
    await put(holder, 'one', 'text');
    await until('the others have dropped it', () =>
      ring.servers.every((server) => server === holder || isGone(server, 'one')),
    );
    expect(hasBody(holder, 'one')).toBe(true);
    const answer = await fetch(url(other, 'one'));
    expect(await answer.text()).toBe('text');
    expect(answer.headers.get('ringlet-via')).toBe(nameOf(holder));
    expect(answer.headers.get('ringlet-holders')).toBe(nameOf(holder));
    expect(answer.headers.get('ringlet-replicas')).toBe('1');
    const again = await fetch(url(other, 'one'));
    expect(again.headers.get('ringlet-via')).toBeNull();
  });

  test('lists who keeps it', async () => {
    await put(holder, 'listed/one', 'text');
    await put(holder, 'listed/two', 'text', { 'Ringlet-Replicas': '2' });
    await put(holder, 'listed/all', 'text', { 'Ringlet-Replicas': 'all' });
    const answer = await fetch(`${other.identity.url}/objects?prefix=listed/`);
    const { objects } = (await answer.json()) as Listed;
    const holders = Object.fromEntries(objects.map(({ key, holders: names }) => [key, names]));
    expect(holders['listed/one']).toEqual([nameOf(holder)]);
    expect(holders['listed/two']).toHaveLength(2);
    expect(holders['listed/two']![0]).toBe(nameOf(holder));
    expect(holders['listed/all']).toHaveLength(3);
  });

  test('says without the body what needs none', async () => {
    const { headers } = await put(holder, 'head', 'text');
    const etag = headers.get('etag')!;
    await until('it is gone elsewhere', () => isGone(other, 'head'));
    const head = await ask(other, 'head', {}, 'HEAD');
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe('4');
    expect((await ask(other, 'head', { 'If-None-Match': etag })).status).toBe(304);
    expect((await ask(other, 'head', { 'If-Match': '"1-0"' })).status).toBe(412);
    expect(hasBody(other, 'head')).toBe(false);
  });

  test('asks nobody, or sends the client there, when that is wished', async () => {
    await put(holder, 'wish', 'text');
    await until('it is gone elsewhere', () => isGone(other, 'wish'));
    expect((await ask(other, 'wish', { 'Cache-Control': 'only-if-cached' })).status).toBe(504);
    const redirect = await ask(other, 'wish?a=b', { Prefer: 'redirect' });
    expect(redirect.status).toBe(307);
    expect(redirect.headers.get('location')).toBe(`${url(holder, 'wish')}?a=b`);
    expect((await ask(other, 'wish', { Prefer: 'redirect' }, 'HEAD')).status).toBe(307);
    const unchanged = { Prefer: 'redirect', 'If-None-Match': '*' };
    expect((await ask(other, 'wish', unchanged)).status).toBe(304);
    expect((await ask(holder, 'wish', { Prefer: 'redirect' })).status).toBe(200);
    const followed = await fetch(url(other, 'wish'), { headers: { Prefer: 'redirect' } });
    expect(await followed.text()).toBe('text');
  });

  test('does not send back to its holder who was sent on by it', async () => {
    await put(holder, 'sent', 'text');
    await until('it is gone elsewhere', () => isGone(other, 'sent'));
    const answer = await ask(other, 'sent?sent-on', { Prefer: 'redirect' });
    expect([answer.status, await answer.text()]).toEqual([200, 'text']);
  });

  test('keeps a large body once, and brings it to who asks for it', async () => {
    const body = bytesOf(LARGE, 'large');
    await putBody(url(holder, 'large'), body);
    await until('it is gone elsewhere', () => isGone(other, 'large'));
    expect((await bytesAt(url(other, 'large'))).equals(body)).toBe(true);
    const part = await ask(ring.primary, 'large', { Range: 'bytes=300000-300009' });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(body.subarray(300_000, 300_010))).toBe(true);
  });

  test('backs up what is elsewhere', async () => {
    await put(holder, 'kept', 'somewhere else');
    const backup = await (await fetch(`${other.identity.url}/backup`)).text();
    expect(backup).toContain('somewhere else');
    expect(backup).toContain('"end":true');
  });

  test('deletes it everywhere', async () => {
    await put(holder, 'gone', 'text');
    await fetch(url(other, 'gone'));
    expect((await fetch(url(ring.primary, 'gone'), { method: 'DELETE' })).status).toBe(204);
    for (const server of ring.servers) expect((await fetch(url(server, 'gone'))).status).toBe(404);
  });

  test('takes no other number of copies', async () => {
    expect((await put(holder, 'bad', 'text', { 'Ringlet-Replicas': 'some' })).status).toBe(400);
  });
});

test('When a holder is gone for long, another one takes its place', async () => {
  const ring = await startRing(3, {
    environment: { REPLICAS: '2', SUSPECT_AFTER_MS: '300', READ_LEASE_MS: '200', PROBE_INTERVAL_MS: '50' },
  });
  try {
    const [lost, reader] = ring.backups as [RingletServer, RingletServer];
    const written = await put(lost, 'k', 'text');
    const named = () => reader.ring.committed('k')?.holders ?? [];
    await until('it is known who keeps it', () => named().includes(nameOf(lost)));
    await ring.crash(lost);
    await until('another one keeps it', () => named().length === 2 && !named().includes(nameOf(lost)));
    const left = ring.servers.filter((server) => server !== lost);
    await until('both have it', () => left.every((server) => server.ring.committed('k')?.body != null));
    for (const server of left) {
      const answer = await fetch(url(server, 'k'));
      expect(await answer.text()).toBe('text');
      expect(answer.headers.get('etag')).toBe(written.headers.get('etag'));
    }
  } finally {
    await ring.stop();
  }
});
