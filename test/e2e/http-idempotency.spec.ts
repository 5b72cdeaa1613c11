import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { startRing, type TestRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';

const put = (url: string, key: string, token: string) =>
  request(url).put(`/objects/${key}`).set('Idempotency-Key', token);
const remove = (url: string, key: string, token: string) =>
  request(url).delete(`/objects/${key}`).set('Idempotency-Key', token);
const isReplayed = (answer: request.Response) => answer.headers['idempotency-replayed'] === 'true';
const send = (url: string) =>
  request(url).put('/objects/k').set('Idempotency-Key', 'key').set('If-None-Match', '*').send('x');

describe.each([
  { size: 1, shortWay: true },
  { size: 3, shortWay: true },
  { size: 3, shortWay: false },
])('in a ring of $size, short way: $shortWay', ({ size, shortWay }) => {
  let ring: TestRing;

  beforeAll(async () => {
    ring = await startRing(size, { shortWay });
  });
  afterAll(() => ring.stop());

  test('a PUT that is sent again is answered as before, and not done again', async () => {
    for (const [index, url] of ring.urls.entries()) {
      const key = `put-${index}`;
      const first = await put(url, key, `"${key}"`).set('If-None-Match', '*').send('1').expect(201);
      expect(first.headers).not.toHaveProperty('idempotency-replayed');
      const newer = await request(url).put(`/objects/${key}`).send('2').expect(204);
      for (const other of ring.urls) {
        const again = await put(other, key, key).set('If-None-Match', '*').send('1').expect(201);
        const { etag, 'ringlet-revision': revision } = first.headers;
        expect(again.headers).toMatchObject({
          etag,
          'ringlet-revision': revision,
          'idempotency-replayed': 'true',
        });
        await request(other)
          .get(`/objects/${key}`)
          .expect('ETag', String(newer.headers.etag))
          .expect(200, '2');
      }
    }
  });

  test('a DELETE that is sent again is answered as before', async () => {
    for (const [index, url] of ring.urls.entries()) {
      const key = `delete-${index}`;
      await request(url).put(`/objects/${key}`).send('1').expect(201);
      const first = await remove(url, key, key).expect(204);
      for (const other of ring.urls) {
        const again = await remove(other, key, key).expect(204);
        expect(again.headers['ringlet-revision']).toBe(first.headers['ringlet-revision']);
        expect(again.headers).not.toHaveProperty('etag');
      }
      await remove(url, key, `${key}-other`).expect(404);
    }
  });

  test('a refusal is answered as before, though it would be done now', async () => {
    for (const [index, url] of ring.urls.entries()) {
      const key = `refused-${index}`;
      await put(url, key, key).set('If-Match', '*').send('1').expect(412);
      await request(url).put(`/objects/${key}`).send('0').expect(201);
      const again = await put(ring.urls[0]!, key, key).set('If-Match', '*').send('1').expect(412);
      expect(again.headers['idempotency-replayed']).toBe('true');
      expect(again.body.code).toBe('precondition_failed');
    }
  });

  test('of many at once, at all servers, one is done', async () => {
    const attempts = [...ring.urls, ...ring.urls, ...ring.urls].map((url) =>
      put(url, 'race', 'race').send('x'),
    );
    const answers = await Promise.all(attempts);
    expect(new Set(answers.map(({ status, headers }) => `${status} ${headers.etag}`)).size).toBe(1);
    expect(answers[0]!.status).toBe(201);
    expect(answers.filter((answer) => !isReplayed(answer))).toHaveLength(1);
  });

  test('a key that is used for another request is 422', async () => {
    for (const [index, url] of ring.urls.entries()) {
      const key = `reused-${index}`;
      await put(url, key, key).send('1').expect(201);
      for (const other of ring.urls) {
        const attempts = [
          put(other, key, key).send('2'),
          put(other, 'elsewhere', key).send('1'),
          remove(other, key, key),
        ];
        for (const { status, body } of await Promise.all(attempts))
          expect([status, body.code]).toEqual([422, 'idempotency_key_reused']);
      }
      await request(url).get(`/objects/${key}`).expect(200, '1');
    }
    await request(ring.urls[0]!).get('/objects/elsewhere').expect(404);
  });

  test.each(['""', '"a', 'a b', 'a, b', 'k'.repeat(256)])('the key %s is refused', async (token) => {
    for (const url of ring.urls) {
      for (const attempt of [put(url, 'bad', token).send('x'), remove(url, 'bad', token)]) {
        const { body } = await attempt.expect(400);
        expect(body.code).toBe('bad_idempotency_key');
      }
    }
  });

  test('who prefers not to wait is answered at once, and the write goes on', async () => {
    for (const [index, url] of ring.urls.entries()) {
      const path = `/objects/async-${index}`;
      const { headers } = await request(url).put(path).set('Prefer', 'respond-async').send('x').expect(202);
      expect(headers).toMatchObject({ 'preference-applied': 'respond-async', 'content-length': '0' });
      expect(headers).not.toHaveProperty('etag');
      const status = async () => (await request(ring.urls[0]!).get(path)).status;
      await until('it is stored', async () => (await status()) === 200);
      await request(url).delete(path).set('Prefer', 'wait=1, respond-async').expect(202);
      await until('it is gone', async () => (await status()) === 404);
      const plain = await request(url).put(path).set('Prefer', 'handling=lenient').send('x').expect(201);
      expect(plain.headers).not.toHaveProperty('preference-applied');
    }
  });

  test('what the headers make wrong is told also to who prefers not to wait', async () => {
    for (const url of ring.urls) {
      const path = '/objects/async-bad';
      const refused = request(url).put(path).set('Prefer', 'respond-async').set('X-TTL', '0').send('x');
      expect((await refused).status).toBe(400);
      await request(url).get(path).expect(404);
    }
  });
});

test('a request is known when the primary has died, and to who has joined since', async () => {
  const ring = await startRing(3);
  try {
    const first = await send(ring.urls[1]!).expect(201);
    await ring.crash(ring.primary);
    await ring.settled();
    await ring.add();
    await ring.settled();
    for (const url of ring.urls) {
      const again = await send(url).expect(201);
      expect(again.headers.etag).toBe(first.headers.etag);
    }
  } finally {
    await ring.stop();
  }
});
