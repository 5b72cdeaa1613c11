import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { createServer } from '../../src/app.js';
import { startFakeServer } from '../support/rings/fake-server.js';
import { bytesOf } from '../support/rings/large.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { statusesIn, Wire } from '../support/rings/wire.js';
import { CERT, KEY, OTHER_CERT, OTHER_KEY } from '../support/tls/index.js';

const TLS = { TLS_CERT: CERT, TLS_KEY: KEY };
const ca = readFileSync(CERT);
const WRITE = 'write-sesame';

describe.each([
  ['the short way', true],
  ['the way through Nest', false],
])('HTTPS, by %s', (_way, shortWay) => {
  let ring: TestRing;
  beforeAll(async () => {
    ring = await startRing(2, { shortWay, environment: { ...TLS, AUTH_TOKEN: WRITE } });
  });
  afterAll(() => ring.stop());

  test('every server writes and reads, and names the primary by https', async () => {
    for (const [index, url] of ring.urls.entries()) {
      expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
      const put = request(url).put(`/objects/${index}`).ca(ca).auth('any', WRITE);
      await put.send(Buffer.alloc(65_536)).expect(201);
      for (const reader of ring.urls) {
        await request(reader).get(`/objects/${index}`).ca(ca).expect(200).expect('Content-Length', '65536');
      }
      await request(url).delete(`/objects/${index}`).ca(ca).expect(401);
    }
    const [backup] = ring.backups;
    const { headers, body } = await request(backup!.identity.url).get('/ring').ca(ca).expect(200);
    expect(headers['ringlet-primary']).toBe(ring.primary.identity.url);
    expect(body.members.map(({ url }: { url: string }) => url)).toEqual(ring.urls);
  });

  test('a large object goes through, and comes back', async () => {
    const body = bytesOf(1_000_000);
    const [first, second] = ring.urls as [string, string];
    await request(second).put('/objects/large').ca(ca).auth('any', WRITE).send(body).expect(201);
    const whole = await request(first).get('/objects/large').ca(ca).responseType('blob').expect(200);
    expect(body.equals(whole.body)).toBe(true);
    const range = request(first).get('/objects/large').ca(ca).set('Range', 'bytes=262100-262200');
    const part = await range.responseType('blob').expect(206);
    expect(body.subarray(262_100, 262_201).equals(part.body)).toBe(true);
  });

  test('a body is asked for, or not', async () => {
    const head = ['PUT /objects/asked HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Expect: 100-continue'];
    const refused = await new Wire(ring.urls[1]!).send(...head).untilClosed();
    expect(statusesIn(refused)).toEqual([401]);
    const wire = new Wire(ring.urls[1]!).send(...head, `Authorization: Bearer ${WRITE}`);
    await wire.until(/ 100 /);
    expect(statusesIn(await wire.sendBody('x').until(/ 201 /))).toEqual([100, 201]);
    wire.destroy();
  });

  test('who does not speak it gets no answer', async () => {
    const { port } = new URL(ring.urls[0]!);
    const plain = httpRequest({ port, host: '127.0.0.1', path: '/objects/asked' }).end();
    const failure = await new Promise<NodeJS.ErrnoException>((resolve) => plain.once('error', resolve));
    expect(failure.code).toBe('ECONNRESET');
    await request(ring.urls[0]!).get('/health/live').ca(ca).expect(200);
  });

  test('it is TLS 1.2 at least', async () => {
    const { port } = new URL(ring.urls[0]!);
    const speak = (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
      new Promise<string | null>((resolve) => {
        const ciphers = version === 'TLSv1.1' ? 'DEFAULT@SECLEVEL=0' : 'DEFAULT';
        const bounds = { minVersion: version, maxVersion: version, ciphers, ca };
        const socket = connectTls({ port: Number(port), host: '127.0.0.1', ...bounds });
        socket.once('secureConnect', () => resolve(socket.getProtocol()));
        socket.once('error', () => resolve(null));
        socket.once('close', () => resolve(null));
        socket.once('secureConnect', () => socket.destroy());
      });
    expect([await speak('TLSv1.1'), await speak('TLSv1.2'), await speak('TLSv1.3')]).toEqual([
      null,
      'TLSv1.2',
      'TLSv1.3',
    ]);
  });
});

describe('the bounds of HTTPS', () => {
  const HASTY = {
    headersMs: 300,
    requestMs: 600,
    checkMs: 50,
    silenceMs: 600,
    keepAliveMs: 900,
    drainMs: 300,
  };

  test('slow senders, silent connections and stopped readers are let go', async () => {
    const fake = await startFakeServer({ environment: TLS, limits: HASTY });
    const { port } = new URL(fake.url);
    const mute = connect(Number(port), '127.0.0.1');
    const closed = new Promise((resolve) => mute.once('close', resolve));
    const slow = new Wire(fake.url).sendBody('GET /objects/x HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    expect(statusesIn(await slow.untilClosed())).toEqual([408]);
    const silent = new Wire(fake.url).send('GET /objects/none HTTP/1.1', 'Host: x');
    expect(statusesIn(await silent.untilClosed())).toEqual([404]);
    await request(fake.url).put('/objects/wide').ca(ca).send(Buffer.alloc(65_536)).expect(201);
    const stopped = new Wire(fake.url).pause();
    stopped.sendBody('GET /objects/wide HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(400));
    expect(await stopped.untilReset()).toBeLessThan(400 * 65_536);
    await request(fake.url).put('/objects/large').ca(ca).send(Buffer.alloc(20_000_000)).expect(201);
    const halting = new Wire(fake.url).pause().send('GET /objects/large HTTP/1.1', 'Host: x');
    expect(await halting.untilReset()).toBeLessThan(20_000_000);
    await closed;
    await fake.server.stop();
  });

  test('neither an open connection nor a handshake keeps a server from ending', async () => {
    const fake = await startFakeServer({ environment: TLS, limits: { drainMs: 300 } });
    const { port } = new URL(fake.url);
    const mute = connect(Number(port), '127.0.0.1').on('error', () => {});
    const open = await secure(fake.url);
    await fake.server.stop();
    expect(open.destroyed || (await new Promise((resolve) => open.once('close', () => resolve(true))))).toBe(
      true,
    );
    mute.destroy();
  });
});

describe('the certificate', () => {
  let directory: string;
  let environment: Record<string, string>;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ringlet-https-'));
    environment = { TLS_CERT: join(directory, 'cert.pem'), TLS_KEY: join(directory, 'key.pem') };
    install(CERT, KEY);
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const install = (cert: string, key: string) => {
    cpSync(cert, environment.TLS_CERT!);
    cpSync(key, environment.TLS_KEY!);
  };

  test('is read again when the server is told to, and kept when that fails', async () => {
    const { server, url } = await startFakeServer({ environment });
    const nameAt = async () => {
      const socket = await secure(url);
      const { subject } = socket.getPeerCertificate();
      socket.destroy();
      return subject.CN;
    };
    expect([server.hasCertificate, await nameAt()]).toEqual([true, 'localhost']);
    install(OTHER_CERT, OTHER_KEY);
    expect(await nameAt()).toBe('localhost');
    server.renewCertificate();
    expect(await nameAt()).toBe('other');
    install(CERT, OTHER_KEY);
    server.renewCertificate();
    expect(await nameAt()).toBe('other');
    await server.stop();
  });

  test('without the right key stops the start', async () => {
    install(CERT, OTHER_KEY);
    await expect(createServer(environment, { logger: false })).rejects.toThrow(
      /^TLS_KEY: given .* the key of/,
    );
    writeFileSync(environment.TLS_CERT!, 'junk');
    await expect(createServer(environment, { logger: false })).rejects.toThrow(/^TLS_CERT: given /);
  });
});

function secure(url: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const options = { port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false };
    const socket: TLSSocket = connectTls(options, () => resolve(socket));
    socket.once('error', reject);
  });
}
