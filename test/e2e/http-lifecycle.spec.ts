import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer as createTcpServer } from 'node:net';
import request from 'supertest';

import { createServer } from '../../src/app.js';
import { startFakeServer } from '../support/rings/fake-server.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';
import { statusesIn, Wire } from '../support/rings/wire.js';

describe('a ring that changes', () => {
  let ring: TestRing;
  afterEach(() => ring.stop());

  test('a newcomer has everything once it is ready', async () => {
    ring = await startRing(1);
    await request(ring.urls[0]!).put('/objects/before').send('1').expect(201);
    const { identity } = await ring.add();
    await ring.settled();
    await request(identity.url).get('/objects/before').expect(200);
    const { body } = await request(identity.url).get('/health/ready');
    expect(body).toEqual({ ready: true });
  });

  test('when the primary dies its successor takes over, and nothing is lost', async () => {
    ring = await startRing(3);
    await request(ring.urls[2]!).put('/objects/kept').send('1').expect(201);
    await ring.crash(ring.primary);
    await ring.settled();
    expect(ring.primary.identity.name).toBe('server-2');
    for (const url of ring.urls) await request(url).get('/objects/kept').expect(200);
    const { headers } = await request(ring.urls[1]!).put('/objects/after').send('2').expect(201);
    expect(headers['ringlet-primary']).toBe(ring.primary.identity.url);
  });

  test('the last one goes on alone', async () => {
    ring = await startRing(3);
    await request(ring.urls[0]!).put('/objects/kept').send('1').expect(201);
    await ring.crash(ring.servers[0]!);
    await ring.settled();
    await ring.crash(ring.servers[0]!);
    await ring.settled();
    await request(ring.urls[0]!).get('/objects/kept').expect(200);
    const { status } = await request(ring.urls[0]!).put('/objects/alone').send('2');
    expect(status).toBe(201);
  });

  test.each(['primary', 'backup'])('a %s that is told to leave answers, leaves and ends', async (role) => {
    ring = await startRing(3);
    const leaver = role === 'primary' ? ring.primary : ring.backups[0]!;
    await request(leaver.identity.url).put('/objects/kept').send('1').expect(201);
    const { body } = await request(leaver.identity.url).post('/ring/leave').expect(202);
    expect(body).toEqual({ leaving: leaver.identity.name });
    await leaver.ended;
    ring.forget(leaver);
    await ring.settled();
    for (const url of ring.urls) await request(url).get('/objects/kept').expect(200);
    await expect(fetch(leaver.identity.url)).rejects.toThrow('fetch failed');
  });

  test('writes that are under way when a server stops complete', async () => {
    ring = await startRing(3);
    const [leaver] = ring.backups;
    const wires = Array.from({ length: 20 }, (_, index) => {
      const head = [
        `PUT /objects/w${index} HTTP/1.1`,
        'Host: x',
        'Content-Length: 1',
        'Expect: 100-continue',
      ];
      return new Wire(leaver!.identity.url).send(...head);
    });
    for (const wire of wires) await wire.until(/ 100 /);
    const stopped = leaver!.stop();
    const { body } = await request(leaver!.identity.url).get('/health/ready').expect(503);
    expect(body.reason).toBe('draining');
    for (const wire of wires) wire.sendBody('x');
    const answers = await Promise.all(wires.map((wire) => wire.untilClosed()));
    await stopped;
    ring.forget(leaver!);
    await ring.settled();
    for (const [index, answer] of answers.entries()) {
      expect(statusesIn(answer)).toEqual([100, 201]);
      expect(answer).toMatch(/^Connection: close\r$/m);
      await request(ring.urls[0]!).get(`/objects/w${index}`).expect(200);
    }
  });

  test.each(['objects', 'bundles'])(
    'a write to %s that goes on for too long is told that nothing of it was done',
    async (what) => {
      ring = await startRing(2, { environment: { DRAIN_TIMEOUT: '100ms' } });
      const [leaver] = ring.backups;
      const head = [`PUT /${what}/slow HTTP/1.1`, 'Host: x', 'Content-Length: 2', 'Expect: 100-continue'];
      const wire = new Wire(leaver!.identity.url).send(...head);
      await wire.until(/ 100 /);
      wire.sendBody('x');
      await leaver!.stop();
      ring.forget(leaver!);
      const answer = await wire.untilClosed();
      expect(statusesIn(answer)).toEqual([100, 503]);
      expect(answer).toContain('"code":"leaving"');
      await request(ring.urls[0]!).get(`/${what}/slow`).expect(404);
    },
  );
});

test('a page of another site cannot end a server', async () => {
  const { server, url } = await startFakeServer();
  const { body } = await request(url).post('/ring/leave').set('Sec-Fetch-Site', 'cross-site').expect(403);
  expect(body.code).toBe('cross_site');
  await request(url).get('/health/ready').expect(200);
  await server.stop();
});

test('before it has joined a server says so', async () => {
  const environment = { PORT: '0', RING_PORT: '0', PEER: '127.0.0.1:1', NAME: 'early' };
  const server = await createServer(environment, { logger: false });
  await server.start();
  const { url } = server.identity;
  const { body } = await request(url).get('/ring').expect(200);
  expect(body).toMatchObject({ members: [], primary: null, self: 'early', state: 'joining', view: 0 });
  expect((await request(url).get('/health/ready').expect(503)).body.reason).toBe('joining');
  await request(url).get('/health/live').expect(200);
  expect((await request(url).put('/objects/x').send('x').expect(503)).body.code).toBe('not_a_member');
  expect((await request(url).get('/objects/x').expect(503)).body.code).toBe('not_a_member');
  await server.stop();
});

test('draining, a server is not ready, and answers end their connections', async () => {
  const { server, url, core } = await startFakeServer();
  core.holdLeave = true;
  const stopped = server.stop();
  const answer = await request(url).get('/health/ready').set('Connection', 'keep-alive').expect(503);
  expect(answer.body.reason).toBe('draining');
  expect(answer.headers.connection).toBe('close');
  core.releaseLeave();
  server.ring.tick();
  await stopped;
});

describe('a port that is taken', () => {
  test.each([
    ['PORT', /HTTP cannot listen on 127\.0\.0\.1:\d+: another process does; set PORT$/],
    ['RING_PORT', /ring link cannot listen on 127\.0\.0\.1:\d+: another process does; set RING_PORT$/],
  ])('%s is told in a sentence', async (name, sentence) => {
    const other = createTcpServer().listen(0, '127.0.0.1');
    await until('another process listens', () => other.listening);
    const { port } = other.address() as { port: number };
    const server = await createServer({ PORT: '0', RING_PORT: '0', [name]: String(port) }, { logger: false });
    await expect(server.start()).rejects.toThrow(sentence);
    other.close();
  });
});
