import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { type FakeServer, startFakeServer } from '../support/rings/fake-server.js';

const APP = 'https://app.example';
const WRITE = 'write-sesame';
const TOKENS = { AUTH_TOKEN: WRITE, READ_TOKEN: 'read-sesame' };
const PATHS = ['/objects/a', '/objects', '/ring', '/ring/leave', '/health/ready', '/objects/%zz'];

const allowed = (headers: Record<string, unknown>) => headers['access-control-allow-origin'];

describe.each([
  ['the short way', true],
  ['the way through Nest', false],
])('pages of other sites, by %s', (_way, shortWay) => {
  let fake: FakeServer;
  const start = async (environment: Record<string, string>) => {
    fake = await startFakeServer({ shortWay, environment });
    const put = request(fake.url).put('/objects/a').set('Authorization', `Bearer ${WRITE}`);
    await put.set('Object-Meta-By', 'me').send('x').expect(201);
  };
  const preflight = (path: string, origin: string) =>
    request(fake.url)
      .options(path)
      .set({ Origin: origin, 'Access-Control-Request-Method': 'PUT' })
      .set('Access-Control-Request-Headers', 'authorization,if-match');
  const get = (path: string, origin = '') => {
    const asked = request(fake.url).get(path).set('Authorization', `Bearer ${WRITE}`);
    return origin === '' ? asked : asked.set('Origin', origin);
  };

  describe('by default', () => {
    beforeAll(() => start({}));
    afterAll(() => fake.server.stop());

    test('are told nothing', async () => {
      for (const path of PATHS) {
        for (const { headers } of [await get(path, APP), await preflight(path, APP)]) {
          expect(Object.keys(headers).join()).not.toMatch(/access-control|vary/);
        }
      }
      await preflight('/objects/a', APP).expect(204).expect('Allow', 'GET, HEAD, PUT, DELETE, OPTIONS');
    });
  });

  describe('that are listed', () => {
    beforeAll(() => start({ ...TOKENS, CORS_ORIGINS: `https://other.example, ${APP}` }));
    afterAll(() => fake.server.stop());

    test('get their preflight without a token, for every path', async () => {
      for (const path of PATHS) {
        const { headers } = await preflight(path, APP).expect(204);
        expect(headers).toMatchObject({
          'access-control-allow-origin': APP,
          'access-control-allow-methods': 'GET, HEAD, PUT, POST, DELETE',
          'access-control-allow-headers': 'authorization,if-match',
          'access-control-max-age': '600',
          vary: 'Origin',
          'x-content-type-options': 'nosniff',
        });
        expect(headers).not.toHaveProperty('access-control-allow-credentials');
      }
    });

    test('may read every answer, also the one that there is no token', async () => {
      for (const path of PATHS) {
        const { headers } = await get(path, APP);
        expect(headers).toMatchObject({ 'access-control-allow-origin': APP, vary: 'Origin' });
        expect(headers['access-control-expose-headers']).toMatch(/^\*, .*Content-Range.*Ringlet-Revision/);
      }
      const { headers } = await request(fake.url).get('/objects/a').set('Origin', APP).expect(401);
      expect(allowed(headers)).toBe(APP);
      const whole = await get('/objects/a', APP).expect(200);
      const part = await get('/objects/a', APP).set('Range', 'bytes=0-0').expect(206);
      const same = await get('/objects/a', APP).set('If-None-Match', String(whole.headers.etag)).expect(304);
      for (const answer of [part, same]) expect(allowed(answer.headers)).toBe(APP);
    });

    test.each(['http://app.example', 'https://evil.example', 'null'])(
      'not so those of %s',
      async (origin) => {
        const asked = await preflight('/objects/a', origin).expect(401);
        const answer = await get('/objects/a', origin).expect(200);
        for (const { headers } of [asked, answer, await get('/objects/a')]) {
          expect(Object.keys(headers).join()).not.toMatch(/access-control/);
          expect(headers.vary).toBe('Origin');
        }
      },
    );
  });

  describe('with the star', () => {
    beforeAll(() => start({ CORS_ORIGINS: '*' }));
    afterAll(() => fake.server.stop());

    test('are all the same, and never have credentials', async () => {
      for (const path of PATHS) {
        for (const { headers } of [await get(path, APP), await get(path), await preflight(path, 'null')]) {
          expect(allowed(headers)).toBe('*');
          expect(headers).not.toHaveProperty('access-control-allow-credentials');
        }
      }
    });

    test('still cannot end a server', async () => {
      const leave = request(fake.url).post('/ring/leave').set('Origin', APP);
      const { body } = await leave.set('Sec-Fetch-Site', 'cross-site').expect(403);
      expect(body.code).toBe('cross_site');
    });
  });
});
