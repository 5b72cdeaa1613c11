import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { Archipelago, islandsOf, isUp } from '../support/islands/archipelago.js';
import { startRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';

/** How often an island has asked others without success. */
async function vainQuestions(url: string): Promise<number> {
  const { text } = await request(url).get('/metrics').expect(200);
  return Number(/^ringlet_island_requests_total\{result="absent"\} (\d+)$/m.exec(text)![1]);
}

describe('three islands that all know each other', () => {
  let sea: Archipelago;
  beforeAll(async () => {
    sea = await Archipelago.start({ a: {}, b: {}, c: {} });
    await sea.acquainted();
  });
  afterAll(() => sea.stop());

  test('find what any of them has', async () => {
    for (const name of ['a', 'b', 'c']) {
      await request(sea.url(name)).put(`/objects/of-${name}`).send(name).expect(201);
      for (const other of ['a', 'b', 'c'].filter((one) => one !== name)) {
        const { headers } = await request(sea.url(other)).get(`/objects/of-${name}`).expect(200, name);
        expect(headers['ringlet-island']).toBe(name);
      }
    }
  });

  test('ask nobody twice for what nobody has', async () => {
    await request(sea.url('a')).get('/objects/nowhere').expect(404);
    expect(await Promise.all(['a', 'b', 'c'].map((name) => vainQuestions(sea.url(name))))).toEqual([1, 0, 0]);
    expect((await request(sea.url('a')).get('/objects/nowhere')).body.detail).toBeUndefined();
  });

  test('do not ask back', async () => {
    const { body } = await request(sea.url('a')).get('/ring').expect(200);
    const before = await vainQuestions(sea.url('b'));
    const ids = (await islandsOf(sea.url('a'))).map(({ id }) => id);
    await request(sea.url('b'))
      .get('/objects/of-a')
      .set('Ringlet-Visited', [body.ringId, ...ids].join(', '))
      .expect(404);
    for (const visited of ['*', 'garbage', 'x'.repeat(5000)])
      await request(sea.url('b')).get('/objects/of-a').set('Ringlet-Visited', visited).expect(404);
    expect(await vainQuestions(sea.url('b'))).toBe(before);
    await request(sea.url('b')).get('/objects/islands/a/of-a').set('Ringlet-Visited', '*').expect(404);
  });
});

describe('three islands, each of which knows the next only', () => {
  let sea: Archipelago;
  beforeAll(async () => {
    sea = await Archipelago.start({ a: { knows: ['b'] }, b: { knows: ['c'] }, c: { knows: ['a'] } });
    await sea.acquainted(1);
  });
  afterAll(() => sea.stop());

  test('find what is two steps away, and end where they began', async () => {
    await request(sea.url('c')).put('/objects/far').send('x').expect(201);
    const { headers } = await request(sea.url('a')).get('/objects/far').expect(200, 'x');
    expect(headers['ringlet-island']).toBe('b');
    const since = performance.now();
    await request(sea.url('a')).get('/objects/nowhere').expect(404);
    expect(performance.now() - since).toBeLessThan(1000);
  });

  test('do not keep alive by their copies what was deleted', async () => {
    await request(sea.url('a')).put('/objects/round').send('x').expect(201);
    for (const name of ['b', 'c']) await request(sea.url(name)).get('/objects/round').expect(200);
    await request(sea.url('a')).delete('/objects/round').expect(204);
    for (const name of ['c', 'b', 'a'])
      await until(`it is gone from ${name}`, async () => {
        const { status } = await request(sea.url(name)).get('/objects/round');
        return status === 404;
      });
    expect((await request(sea.url('a')).get('/objects/round')).status).toBe(404);
  });
});

describe('an island', () => {
  test('with tokens is asked with those that it wants, and nobody sees them', async () => {
    const north = await startRing(1, {
      environment: { RING: 'north', AUTH_TOKEN: 'w%rite', READ_TOKEN: 'read' },
    });
    const origin = new URL(north.urls[0]!);
    const islandWith = (token: string) => `http://${encodeURIComponent(token)}@${origin.host}`;
    const rings = await Promise.all(
      ['w%rite', 'read', 'wrong'].map((token) =>
        startRing(1, { environment: { RING: token.slice(0, 1), ISLANDS: islandWith(token) } }),
      ),
    );
    const [writer, reader, nobody] = rings.map(({ urls }) => urls[0]!);
    for (const url of [writer!, reader!]) await until(`${url} knows it`, () => isUp(url, 'north'));
    await request(writer!).put('/objects/islands/north/x').send('x').expect(201);
    const refused = await request(reader!).put('/objects/islands/north/x').send('x').expect(502);
    expect(refused.body).toMatchObject({ code: 'island_answer', detail: expect.stringContaining('token') });
    for (const url of [writer!, reader!]) await request(url).get('/objects/x').expect(200);
    await until('it is refused', async () => (await islandsOf(nobody!))[0]!.lastError !== null);
    const told = JSON.stringify(await Promise.all(rings.map(({ urls }) => islandsOf(urls[0]!))));
    expect(told).toContain('401');
    for (const token of ['w%rite', 'w%25rite', '"read', 'wrong']) expect(told).not.toContain(token);
    await Promise.all([north, ...rings].map((ring) => ring.stop()));
  });

  test('that is of the own ring is not asked, and one of the same name is told apart by its id', async () => {
    const sea = await Archipelago.start({
      a: {},
      b: { knows: ['a', 'b', 'c'], environment: { RING: 'a' } },
      c: { environment: { RING: 'a' } },
    });
    const url = sea.url('b');
    await until(
      'it knows both',
      async () => (await islandsOf(url)).filter(({ state }) => state === 'up').length === 2,
    );
    await until('it knows itself', async () => (await islandsOf(url)).length === 2);
    const ambiguous = await request(url).put('/objects/islands/a/x').send('x').expect(404);
    expect(ambiguous.body).toMatchObject({ code: 'unknown_island', detail: expect.stringContaining('id') });
    const [island] = await islandsOf(url);
    await request(url).put(`/objects/islands/${island!.id}/x`).send('x').expect(201);
    await sea.stop();
  });

  test('that leaves is seen to at once, one that is killed within two seconds', async () => {
    for (const end of ['leave', 'kill'] as const) {
      const sea = await Archipelago.start({ north: {}, south: {} });
      await sea.acquainted();
      const { ring } = sea.isle('north');
      const [server] = ring.servers;
      const gone = end === 'leave' ? server!.stop() : ring.crash(server!);
      const since = performance.now();
      await until('it is down', async () => !(await isUp(sea.url('south'), 'north')));
      expect(performance.now() - since).toBeLessThan(end === 'leave' ? 1000 : 2000);
      await gone;
      if (end === 'leave') ring.forget(server!);
      await sea.stop();
    }
  });
});
