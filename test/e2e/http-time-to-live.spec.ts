import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { startRing, type TestRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';

const TTL_SECONDS = 0.8;
const LONG_SECONDS = 100;

const put = (url: string, path: string) => request(url).put(`/objects/${path}`);

describe.each([
  { size: 1, shortWay: true },
  { size: 3, shortWay: true },
  { size: 3, shortWay: false },
])('a time to live in a ring of $size, short way: $shortWay', ({ size, shortWay }) => {
  let ring: TestRing;
  const statuses = async (path: string) =>
    Promise.all(ring.urls.map(async (url) => (await request(url).get(`/objects/${path}`)).status));

  beforeAll(async () => {
    ring = await startRing(size, { shortWay });
  });
  afterAll(() => ring.stop());

  test('is told by every server, as what is left, until the object is gone from all', async () => {
    for (const [index, url] of ring.urls.entries()) {
      const path = `mortal/${index}`;
      await put(url, path).set('X-TTL', String(LONG_SECONDS)).send('x').expect(201);
      for (const reader of ring.urls) {
        const { headers } = await request(reader).get(`/objects/${path}`).expect(200, 'x');
        expect(headers['x-ttl']).toMatch(/^\d+(\.\d{1,3})?$/);
        expect(Number(headers['x-ttl'])).toBeLessThanOrEqual(LONG_SECONDS);
        const head = await request(reader).head(`/objects/${path}`).expect(200);
        expect(Number(head.headers['x-ttl'])).toBeLessThanOrEqual(Number(headers['x-ttl']));
      }
      await put(url, path).set('X-TTL', String(TTL_SECONDS)).send('x').expect(204);
    }
    await until('all are gone', async () => {
      const all = await Promise.all(ring.urls.map((_, index) => statuses(`mortal/${index}`)));
      return all.flat().every((status) => status === 404);
    });
    const { body } = await request(ring.urls[0]!).get('/objects?prefix=mortal/').expect(200);
    expect(body.objects).toEqual([]);
    await put(ring.urls[0]!, 'mortal/0').set('If-None-Match', '*').send('y').expect(201);
  });

  test('comes with ranges and 304 as well, and not without a limit', async () => {
    const url = ring.urls.at(-1)!;
    const { headers } = await put(url, 'long').set('X-TTL', '100').send('0123').expect(201);
    const part = await request(url).get('/objects/long').set('Range', 'bytes=1-2').expect(206, '12');
    const known = await request(url)
      .get('/objects/long')
      .set('If-None-Match', String(headers.etag))
      .expect(304);
    for (const answer of [part, known]) expect(Number(answer.headers['x-ttl'])).toBeGreaterThan(90);
    await put(url, 'long').send('for ever').expect(204);
    const ever = await request(url).get('/objects/long').expect(200);
    expect(ever.headers).not.toHaveProperty('x-ttl');
  });

  test('ends with the next PUT', async () => {
    const url = ring.urls.at(-1)!;
    await put(url, 'renewed').set('X-TTL', '0.3').send('1').expect(201);
    await put(url, 'renewed').set('X-TTL', '60').send('2').expect(204);
    await put(url, 'canary').set('X-TTL', '0.6').send('x').expect(201);
    await until('a later one is gone', async () => (await statuses('canary')).every((code) => code === 404));
    expect(await statuses('renewed')).toEqual(ring.urls.map(() => 200));
  });

  test.each(['0', '-1', 'soon', '1e3', '315360001', '1, 2'])('of %j is refused', async (ttl) => {
    for (const url of ring.urls) {
      const { body } = await put(url, 'never').set('X-TTL', ttl).send('x').expect(400);
      expect(body.code).toBe('bad_ttl');
      await request(url).get('/objects/never').expect(404);
    }
  });
});

test('a time to live goes on when the primary has died', async () => {
  const ring = await startRing(3);
  try {
    await request(ring.urls[1]!).put('/objects/k').set('X-TTL', '3').send('x').expect(201);
    await ring.crash(ring.primary);
    await ring.settled();
    const statuses = async () => {
      const answers = await Promise.all(ring.urls.map((url) => request(url).get('/objects/k')));
      return answers.map(({ status }) => status).join(' ');
    };
    expect(await statuses()).toBe('200 200');
    await until('the object is gone', async () => (await statuses()) === '404 404');
  } finally {
    await ring.stop();
  }
});
