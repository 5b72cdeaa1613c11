import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { type FakeServer, startFakeServer } from '../support/rings/fake-server.js';
import { startRing, type TestRing } from '../support/rings/ring.js';

const PAGES = ['/', '/metrics', '/docs', '/openapi.json', '/dashboard/main.js', '/docs/swagger-ui.css'];
const SANDBOX = "sandbox; default-src 'none'";

describe('what a server shows of itself', () => {
  let ring: TestRing;
  beforeAll(async () => {
    ring = await startRing(2);
  });
  afterAll(() => ring.stop());

  describe.each(['primary', 'backup'])('at a %s', (role) => {
    const url = () => (role === 'primary' ? ring.primary : ring.backups[0]!).identity.url;

    test.each(PAGES)('%s is read, and nothing else', async (path) => {
      const { headers, text } = await request(url()).get(path).expect(200);
      expect(Number(headers['content-length'])).toBe(Buffer.byteLength(text));
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      const head = await request(url()).head(path).expect(200);
      expect(head.text).toBeUndefined();
      expect(head.headers['content-type']).toBe(headers['content-type']);
      expect((await request(url()).options(path).expect(204)).headers['allow']).toBe('GET, HEAD, OPTIONS');
      for (const method of ['put', 'post', 'delete', 'patch'] as const) {
        const refused = await request(url())[method](path).expect(405);
        expect(refused.body.code).toBe('method_not_allowed');
        expect(refused.headers).toMatchObject({ allow: 'GET, HEAD, OPTIONS' });
      }
    });

    test.each([
      '/docs/',
      '/docs/index.html',
      '/docs/..%2fpackage.json',
      '/dashboard/files.js',
      '/dashboard/%00',
    ])('there is no %s', async (path) => {
      const { body } = await request(url()).get(path).expect(404);
      expect(body.code).toBe('no_resource');
    });

    test.each(['/', '/docs'])('%s may run its own scripts and no stored ones', async (path) => {
      const { headers, text } = await request(url())
        .get(path)
        .expect('Content-Type', /^text\/html/);
      const policy = String(headers['content-security-policy']);
      const nonce = /script-src 'nonce-([^']+)';/.exec(policy)![1]!;
      expect(policy).toMatch(/^default-src 'none'; /);
      for (const [script] of text.matchAll(/<(?:script|style|link rel="stylesheet")[^>]*>/g))
        expect(script).toContain(`nonce="${nonce}"`);
      expect(headers['cache-control']).toBe('no-store');
    });

    test('what such a page fetches has no rights of its own, and is kept until it changes', async () => {
      for (const path of ['/dashboard/main.js', '/docs/swagger-ui-bundle.js']) {
        const { headers } = await request(url())
          .get(path)
          .expect(200)
          .expect('Content-Type', /^text\/javascript/);
        expect(headers['content-security-policy']).toBe(SANDBOX);
        await request(url()).get(path).set('If-None-Match', headers['etag']!).expect(304, '');
        await request(url()).get(path).set('If-None-Match', '"another"').expect(200);
      }
    });

    test('metrics are of this server', async () => {
      await request(url()).put(`/objects/m/${role}`).send('x').expect(201);
      await request(url()).get(`/objects/m/${role}`).expect(200);
      await request(url()).get('/objects/none').expect(404);
      const { text, headers } = await request(url()).get('/metrics').expect(200);
      expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
      expect(headers['cache-control']).toBe('no-store');
      const lines = text.split('\n');
      expect(lines).toContain(`ringlet_ring_primary ${role === 'primary' ? 1 : 0}`);
      expect(lines).toContain('ringlet_ring_members 2');
      expect(lines).toContain('ringlet_http_requests_total{method="PUT",status="2xx"} 1');
      expect(lines).toContain('ringlet_object_request_duration_seconds_count{method="PUT"} 1');
      expect(lines).toContain('ringlet_object_request_duration_seconds_count{method="GET"} 1');
      expect(text).toMatch(/^process_resident_memory_bytes \d{6,}$/m);
      expect(text).toMatch(/^nodejs_eventloop_lag_max_seconds \d+(\.\d+)?$/m);
    });
  });
});

describe('with both tokens', () => {
  let fake: FakeServer;
  beforeAll(async () => {
    fake = await startFakeServer({ environment: { AUTH_TOKEN: 'write', READ_TOKEN: 'read' } });
  });
  afterAll(() => fake.server.stop());

  test.each(PAGES)('%s is shown to readers, as which browsers offer to come', async (path) => {
    const { headers, body } = await request(fake.url).get(path).expect(401);
    expect(body.code).toBe('unauthorized');
    expect(headers['content-security-policy']).toBe(SANDBOX);
    await request(fake.url).get(path).auth('any', 'wrong').expect(401);
    await request(fake.url).get(path).auth('any', 'read').expect(200);
    await request(fake.url).get(path).set('Authorization', 'Bearer write').expect(200);
    await request(fake.url).delete(path).auth('any', 'read').expect(403);
  });

  test('the challenges are two headers: browsers do not look for Basic behind another', async () => {
    const challenges: string[] = [];
    const refused = await fetch(`${fake.url}/`);
    refused.headers.forEach((value, name) => name === 'www-authenticate' && challenges.push(value));
    expect(challenges.join(', ')).toBe('Bearer, Basic realm="ringlet"');
    const { res } = (await request(fake.url).get('/')) as unknown as { res: { rawHeaders: string[] } };
    const values = res.rawHeaders.filter((_value, at, all) => all[at - 1] === 'WWW-Authenticate');
    expect(values).toEqual(['Bearer', 'Basic realm="ringlet"']);
  });

  test('the description says so', async () => {
    const { body } = await request(fake.url).get('/openapi.json').auth('any', 'read').expect(200);
    expect(Object.keys(body.components.securitySchemes)).toEqual(['bearer', 'basic']);
  });
});
