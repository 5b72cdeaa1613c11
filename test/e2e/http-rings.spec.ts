import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { startRing, type TestRing } from '../support/rings/ring.js';

describe.each([
  { size: 1, shortWay: true },
  { size: 3, shortWay: true },
  { size: 3, shortWay: false },
  { size: 5, shortWay: true },
])('objects in a ring of $size, short way: $shortWay', ({ size, shortWay }) => {
  let ring: TestRing;

  beforeAll(async () => {
    ring = await startRing(size, { shortWay });
  });
  afterAll(() => ring.stop());

  test('what is put at any server is read at each', async () => {
    for (const [index, writer] of ring.urls.entries()) {
      const put = await request(writer)
        .put(`/objects/from/${index}`)
        .set('Object-Meta-By', 'me')
        .send('x')
        .expect(201);
      for (const reader of ring.urls) {
        const { headers } = await request(reader).get(`/objects/from/${index}`).expect(200);
        expect(headers).toMatchObject({ etag: put.headers.etag, 'object-meta-by': 'me' });
      }
    }
  });

  test('a server says who it is, and who the primary is when it is another', async () => {
    const { primary } = ring;
    for (const { identity } of ring.servers) {
      const { headers } = await request(identity.url).get('/objects/none').expect(404);
      expect(headers['ringlet-server']).toBe(identity.name);
      const elsewhere = identity.url === primary.identity.url ? undefined : primary.identity.url;
      expect(headers['ringlet-primary']).toBe(elsewhere);
    }
  });

  test('of all that create a key at once, one succeeds', async () => {
    const attempts = [...ring.urls, ...ring.urls].map((url, index) =>
      request(url).put('/objects/race').set('If-None-Match', '*').send(String(index)),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, ...Array.from({ length: attempts.length - 1 }, () => 412)]);
  });

  test('a replacement and a removal hold everywhere at once', async () => {
    for (const url of ring.urls) {
      const { headers } = await request(url)
        .put('/objects/turn')
        .send(url)
        .expect(200 + (url === ring.urls[0] ? 1 : 4));
      for (const reader of ring.urls)
        await request(reader).get('/objects/turn').expect('ETag', String(headers.etag));
    }
    await request(ring.urls.at(-1)!).delete('/objects/turn').expect(204);
    for (const reader of ring.urls) await request(reader).get('/objects/turn').expect(404);
    const again = await Promise.all(ring.urls.map((url) => request(url).delete('/objects/turn')));
    expect(again.map(({ status }) => status)).toEqual(ring.urls.map(() => 404));
  });

  test('a stale condition is refused wherever it is asked', async () => {
    const first = await request(ring.urls[0]!).put('/objects/cas').send('1').expect(201);
    for (const url of ring.urls) {
      const now = await request(url).get('/objects/cas').expect(200);
      await request(url).put('/objects/cas').set('If-Match', String(now.headers.etag)).send('2').expect(204);
      const stale = await request(url)
        .put('/objects/cas')
        .set('If-Match', String(first.headers.etag))
        .send('3');
      expect(stale.body).toMatchObject({ status: 412, code: 'precondition_failed' });
    }
  });

  test('every server lists the same', async () => {
    const holders = ring.primary.ring.status().view!.members.map(({ name }) => name);
    const lists = await Promise.all(
      ring.urls.map((url) => request(url).get('/objects?prefix=from/').expect(200)),
    );
    for (const { body } of lists) expect(body).toEqual(lists[0]!.body);
    expect(lists[0]!.body.objects).toHaveLength(size);
    expect(lists[0]!.body.objects[0].holders).toEqual(holders);
  });

  test('every server shows the same ring', async () => {
    for (const { identity } of ring.servers) {
      const { body } = await request(identity.url).get('/ring').expect(200);
      expect(body).toMatchObject({
        ring: 'ringlet',
        self: identity.name,
        primary: 'server-1',
        provisional: false,
      });
      expect(body.members.map(({ name, state }: Record<string, string>) => `${name} ${state}`)).toEqual(
        Array.from({ length: size }, (_, index) => `server-${index + 1} up`),
      );
      await request(identity.url).get('/health/ready').expect(200);
    }
  });
});
