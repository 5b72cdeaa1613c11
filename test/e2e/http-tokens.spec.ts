import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { type FakeServer, startFakeServer } from '../support/rings/fake-server.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { statusesIn, Wire } from '../support/rings/wire.js';

const [WRITE, READ] = ['write-sesame', 'read:sesame~'];
const BOTH = { AUTH_TOKEN: WRITE, READ_TOKEN: READ };

const bearer = (token: string) => `Bearer ${token}`;
const basic = (token: string) => `Basic ${Buffer.from(`any:${token}`).toString('base64')}`;

const getThere = (token?: string) =>
  ['GET /objects/there HTTP/1.1', 'Host: x', ...(token ? [`Authorization: Bearer ${token}`] : [])].join(
    '\r\n',
  );

describe.each([
  ['the short way', true],
  ['the way through Nest', false],
])('with both tokens, by %s', (_way, shortWay) => {
  let ring: TestRing;

  beforeAll(async () => {
    ring = await startRing(2, { shortWay, environment: BOTH });
    const stored = request(ring.urls[0]!).put('/objects/there').set('Authorization', bearer(WRITE));
    await stored.send('1').expect(201);
    const named = request(ring.urls[0]!).put('/bundles/there').set('Authorization', bearer(WRITE));
    await named.send({ parts: [{ key: 'there' }] }).expect(201);
  });
  afterAll(() => ring.stop());

  describe.each(['primary', 'backup'])('at a %s', (role) => {
    const url = () => (role === 'primary' ? ring.primary : ring.backups[0]!).identity.url;
    const ask = (
      method: 'get' | 'head' | 'put' | 'delete' | 'post' | 'options',
      path: string,
      header = '',
    ) => {
      const asked = request(url())[method](path);
      return header === '' ? asked : asked.set('Authorization', header);
    };

    test.each([bearer(WRITE), basic(WRITE)])('%s may do everything', async (header) => {
      await ask('put', `/objects/own/${role}`, header).send('x').expect(201);
      await ask('get', `/objects/own/${role}`, header).expect(200);
      await ask('get', '/objects', header).expect(200);
      await ask('get', '/ring', header).expect(200);
      await ask('delete', `/objects/own/${role}`, header).expect(204);
      const { body } = await ask('delete', `/objects/own/${role}`, header).expect(404);
      expect(body.code).toBe('no_object');
    });

    test.each([bearer(READ), basic(READ)])('%s may read', async (header) => {
      for (const path of ['/objects/there', '/objects', '/bundles/there', '/bundles', '/ring']) {
        await ask('get', path, header).expect(200);
        await ask('head', path, header).expect(200);
      }
      await ask('options', '/objects/there', header).expect(204);
      const { body } = await ask('get', '/objects/none', header).expect(404);
      expect(body.code).toBe('no_object');
    });

    test.each([bearer(READ), basic(READ)])('%s may not write', async (header) => {
      for (const asked of [
        ask('put', '/objects/there', header).send('2'),
        ask('delete', '/objects/there', header),
        ask('put', '/bundles/there', header).send('{"parts":[{"key":"there"}]}'),
        ask('delete', '/bundles/there', header),
        ask('post', '/ring/leave', header),
      ]) {
        const { body, headers } = await asked.expect(403);
        expect(body).toMatchObject({ status: 403, code: 'read_only_token', retryable: false });
        expect(headers).toMatchObject({ 'content-type': 'application/problem+json' });
        expect(headers).not.toHaveProperty('www-authenticate');
      }
      await ask('get', '/objects/there', header).expect(200, /1/);
    });

    test.each(['', 'Bearer wrong', basic(`${WRITE}x`), 'Basic !', WRITE, `Digest ${WRITE}`])(
      '"%s" may do nothing, and learns nothing',
      async (header) => {
        const bodies: unknown[] = [];
        for (const asked of [
          ask('get', '/objects/there', header),
          ask('get', '/objects/none', header),
          ask('get', '/objects/%zz', header),
          ask('get', '/objects', header),
          ask('get', '/bundles/there', header),
          ask('get', '/ring', header),
          ask('get', '/events', header),
          ask('get', '/nothing', header),
          ask('options', '/objects/there', header),
          ask('put', '/objects/there', header).send('2'),
          ask('delete', '/objects/there', header),
          ask('post', '/ring/leave', header),
        ]) {
          const { body, headers } = await asked.expect(401);
          expect(headers).toMatchObject({
            'www-authenticate': 'Bearer, Basic realm="ringlet"',
            'content-type': 'application/problem+json',
            'cache-control': 'no-store',
          });
          bodies.push(body);
        }
        expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
        expect(bodies[0]).toMatchObject({ status: 401, code: 'unauthorized', retryable: false });
        const { headers } = await ask('head', '/objects/there', header).expect(401);
        expect(headers).not.toHaveProperty('etag');
      },
    );

    test('probes ask without one', async () => {
      expect((await ask('get', '/health/live').expect(200)).body).toEqual({ live: true });
      await ask('get', '/health/ready').expect(200);
      await ask('get', '/health/nothing').expect(401);
    });

    test.each([
      ['none', 'X: y', '/objects/asked', 401],
      ['a wrong one', 'Authorization: Bearer wrong', '/objects/asked', 401],
      ['one for reading', `Authorization: ${bearer(READ)}`, '/objects/asked', 403],
      ['none', 'X: y', '/ring/leave', 401],
    ])('with %s a body is not asked for (%s, %s)', async (_what, header, path, status) => {
      const method = path === '/ring/leave' ? 'POST' : 'PUT';
      const head = [`${method} ${path} HTTP/1.1`, 'Host: x', 'Content-Length: 1', 'Expect: 100-continue'];
      const text = await new Wire(url()).send(...head, header).untilClosed();
      expect(statusesIn(text)).toEqual([status]);
      await ask('get', '/objects/asked', bearer(READ)).expect(404);
    });

    test('with the right one a body is asked for', async () => {
      const head = [
        `PUT /objects/asked/${role} HTTP/1.1`,
        'Host: x',
        'Content-Length: 1',
        'Expect: 100-continue',
      ];
      const wire = new Wire(url()).send(...head, `Authorization: ${basic(WRITE)}`);
      await wire.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
      expect(statusesIn(await wire.sendBody('x').until(/ 201 /))).toEqual([100, 201]);
      wire.destroy();
    });

    test('each request of a connection is judged by its own', async () => {
      const wire = new Wire(url()).send(
        `${[getThere(READ), getThere(), getThere('wrong'), getThere(WRITE)].join('\r\n\r\n')}`,
      );
      const text = await wire.until(/(401(.|\r|\n)*){4}\r\n\r\n1$/);
      expect(statusesIn(text)).toEqual([200, 401, 401, 200]);
      wire.destroy();
    });
  });
});

describe('with AUTH_TOKEN alone', () => {
  let fake: FakeServer;
  beforeAll(async () => {
    fake = await startFakeServer({ environment: { AUTH_TOKEN: WRITE } });
  });
  afterAll(() => fake.server.stop());

  test('reading is open, and only writing needs it', async () => {
    await request(fake.url).put('/objects/a').send('x').expect(401);
    await request(fake.url).put('/objects/a').auth('any', WRITE).send('x').expect(201);
    await request(fake.url).get('/objects/a').expect(200);
    await request(fake.url).get('/objects/a').auth('any', 'wrong').expect(200);
    for (const path of ['/objects', '/ring']) await request(fake.url).get(path).expect(200);
    const { body } = await request(fake.url).post('/ring/leave').expect(401);
    expect(body.code).toBe('unauthorized');
  });

  test('with the token a server is told to leave', async () => {
    const other = await startFakeServer({ environment: { AUTH_TOKEN: WRITE } });
    const leave = request(other.url).post('/ring/leave').set('Authorization', bearer(WRITE));
    expect((await leave.expect(202)).body).toEqual({ leaving: 'fake' });
    await other.server.ended;
  });
});
