import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';

import type { RingletServer } from '../../src/server.js';
import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';
import { Wire } from '../support/rings/wire.js';

const KIB = 1024;
const MIB = 1024 * KIB;
const SIZES = [64 * KIB, 64 * KIB + 1, 256 * KIB, 256 * KIB + 1, MIB, 5 * MIB];

const url = (server: RingletServer, key: string) => `${server.identity.url}/objects/${key}`;

/** No server keeps anything of a body that has no record. */
const nothingPinned = (ring: TestRing) =>
  until('no body is on its way', () => ring.servers.every((server) => server.ring.status().pinned === 0));

describe('a ring that stays as it is', () => {
  let ring: TestRing;

  beforeAll(async () => {
    ring = await startRing(3, { environment: { MAX_OBJECT_SIZE: '6MiB' } });
  });
  afterEach(() => nothingPinned(ring));
  afterAll(() => ring.stop());

  const cases = SIZES.flatMap((size) =>
    ['primary', 'backup'].flatMap((role) => [false, true].map((chunked) => [size, role, chunked] as const)),
  );

  test.each(cases)(
    '%d bytes put at a %s (chunked: %s) are the same everywhere',
    async (size, role, chunked) => {
      const key = `${size}/${role}/${chunked}`;
      const body = bytesOf(size, key);
      const origin = role === 'primary' ? ring.primary : ring.backups[1]!;
      const { status, headers } = await putBody(url(origin, key), body, { chunked });
      expect(status).toBe(201);
      for (const server of ring.servers) {
        expect((await bytesAt(url(server, key))).equals(body)).toBe(true);
        const head = await fetch(url(server, key), { method: 'HEAD' });
        expect(head.headers.get('content-length')).toBe(String(size));
        expect(head.headers.get('etag')).toBe(headers.get('etag'));
      }
    },
  );

  test('ranges are cut across pieces', async () => {
    const body = bytesOf(MIB + 17, 'ranged');
    await putBody(url(ring.primary, 'ranged'), body);
    const edge = 256 * KIB;
    for (const [first, last] of [
      [0, 0],
      [edge - 1, edge],
      [edge, 2 * edge - 1],
      [100, 3 * edge + 5],
      [MIB, MIB + 16],
    ] as const) {
      const part = await bytesAt(url(ring.backups[0]!, 'ranged'), { Range: `bytes=${first}-${last}` });
      expect(part.equals(body.subarray(first, last + 1))).toBe(true);
    }
    const tail = await bytesAt(url(ring.backups[1]!, 'ranged'), { Range: 'bytes=-300000' });
    expect(tail.equals(body.subarray(-300_000))).toBe(true);
  });

  test('a large object is replaced by a small one and by a large one, and deleted', async () => {
    const [first, second] = [bytesOf(MIB, 'first'), bytesOf(2 * MIB, 'second')];
    const [here, there] = ring.backups as [RingletServer, RingletServer];
    expect((await putBody(url(here, 'changing'), first)).status).toBe(201);
    expect((await putBody(url(there, 'changing'), Buffer.from('small'))).status).toBe(204);
    expect(String(await bytesAt(url(here, 'changing')))).toBe('small');
    expect((await putBody(url(here, 'changing'), second)).status).toBe(204);
    expect((await bytesAt(url(there, 'changing'))).equals(second)).toBe(true);
    expect((await fetch(url(there, 'changing'), { method: 'DELETE' })).status).toBe(204);
    for (const server of ring.servers) expect((await fetch(url(server, 'changing'))).status).toBe(404);
  });

  test('conditions hold, and what they refuse leaves nothing', async () => {
    const body = bytesOf(MIB, 'conditional');
    const headers = { 'If-None-Match': '*' };
    expect((await putBody(url(ring.backups[0]!, 'once'), body, { headers })).status).toBe(201);
    const again = await putBody(url(ring.backups[1]!, 'once'), body, { headers });
    expect(again.status).toBe(412);
    await again.text();
  });

  test('a write that is sent again with its Idempotency-Key is done once', async () => {
    const body = bytesOf(MIB, 'repeated');
    const headers = { 'Idempotency-Key': 'large' };
    const first = await putBody(url(ring.backups[0]!, 'repeated'), body, { headers });
    const again = await putBody(url(ring.backups[1]!, 'repeated'), body, { headers });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    const other = await putBody(url(ring.primary, 'repeated'), bytesOf(MIB, 'other'), { headers });
    expect(other.status).toBe(422);
    await other.text();
  });

  test.each(['Content-Length: 4194304', 'Transfer-Encoding: chunked'])(
    'a client that goes away in the middle (%s) leaves nothing',
    async (header) => {
      const before = ring.primary.ring.status().bytes;
      const origin = ring.backups[0]!;
      const wire = new Wire(origin.identity.url).send('PUT /objects/half HTTP/1.1', 'Host: x', header);
      const chunk = 'x'.repeat(0x10000);
      const isChunked = header.startsWith('Transfer');
      wire.sendBody((isChunked ? `10000\r\n${chunk}\r\n` : chunk).repeat(32));
      await until('half of it is everywhere', () => ring.primary.ring.status().bytes > before + MIB);
      wire.destroy();
      await nothingPinned(ring);
      expect(ring.servers.map((server) => server.ring.status().bytes)).toEqual([before, before, before]);
      for (const server of ring.servers) expect((await fetch(url(server, 'half'))).status).toBe(404);
    },
  );

  test.each([false, true])('a body over MAX_OBJECT_SIZE is 413 (chunked: %s)', async (chunked) => {
    const wire = new Wire(ring.primary.identity.url).send(
      'PUT /objects/huge HTTP/1.1',
      'Host: x',
      chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${6 * MIB + 1}`,
    );
    if (chunked) wire.sendBody(`10000\r\n${'x'.repeat(0x10000)}\r\n`.repeat(97));
    expect(await wire.until(/object_too_large/)).toContain('MAX_OBJECT_SIZE is 6MiB at this server.');
    wire.destroy();
    await nothingPinned(ring);
    expect((await fetch(url(ring.primary, 'huge'))).status).toBe(404);
  });
});

describe('a ring that changes', () => {
  let ring: TestRing;
  afterEach(() => ring.stop());

  test('without memory left a write is 507, and the ring is well when there is some again', async () => {
    ring = await startRing(3, { environment: { MEMORY_LIMIT: '8MiB' } });
    const at = (key: string, number = 0) => `${ring.urls[number]}/objects/${key}`;
    for (const key of ['a', 'b']) expect((await putBody(at(key), bytesOf(3 * MIB))).status).toBe(201);
    const tooMuch = await putBody(at('c', 1), bytesOf(3 * MIB));
    expect(tooMuch.status).toBe(507);
    expect(await tooMuch.json()).toMatchObject({ code: 'storage_full', retryable: false });
    const chunked = await putBody(at('c', 2), bytesOf(3 * MIB), { chunked: true });
    expect(chunked.status).toBe(507);
    await chunked.text();
    const expecting = new Wire(ring.urls[0]!).send(
      'PUT /objects/c HTTP/1.1',
      'Host: x',
      'Expect: 100-continue',
      `Content-Length: ${3 * MIB}`,
    );
    expect(await expecting.untilClosed()).toMatch(/^HTTP\/1\.1 507 /);
    await nothingPinned(ring);
    expect((await putBody(at('small', 1), Buffer.from('fits'))).status).toBe(201);
    expect((await fetch(at('a', 2), { method: 'DELETE' })).status).toBe(204);
    await until('there is room', async () => (await putBody(at('c', 1), bytesOf(3 * MIB))).status === 201);
    for (const number of [0, 1, 2])
      expect((await bytesAt(at('c', number))).equals(bytesOf(3 * MIB))).toBe(true);
  });

  test.each(['primary', 'last backup'])('an upload outlives the death of the %s', async (role) => {
    ring = await startRing(3);
    const origin = ring.backups[0]!;
    const victim = role === 'primary' ? ring.primary : ring.backups[1]!;
    const body = bytesOf(4 * MIB, role);
    const sending = httpRequest(`${origin.identity.url}/objects/kept`, { method: 'PUT', agent: false });
    const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
    sending.write(body.subarray(0, 2 * MIB));
    await until('it is under way', () => victim.ring.status().bytes > MIB);
    await ring.crash(victim);
    sending.end(body.subarray(2 * MIB));
    const [answer] = await answered;
    answer.resume();
    expect(answer.statusCode).toBe(201);
    await ring.settled();
    for (const server of ring.servers) expect((await bytesAt(url(server, 'kept'))).equals(body)).toBe(true);
  });

  test('a newcomer has large objects once it is ready', async () => {
    ring = await startRing(2);
    const bodies = [1, 2, 3].map((number) => bytesOf(2 * MIB, String(number)));
    for (const [at, body] of bodies.entries()) await putBody(`${ring.urls[0]}/objects/${at}`, body);
    const { identity } = await ring.add();
    await ring.settled();
    expect((await fetch(`${identity.url}/health/ready`)).status).toBe(200);
    for (const [at, body] of bodies.entries()) {
      const answer = await fetch(`${identity.url}/objects/${at}`, {
        headers: { 'Cache-Control': 'only-if-cached' },
      });
      expect(answer.headers.has('ringlet-via')).toBe(false);
      expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
    }
  });
});
