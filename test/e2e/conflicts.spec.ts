import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { EventSource } from '../../src/watch/testing/event-source.js';
import { startFakeServer } from '../support/rings/fake-server.js';
import { LastingRing } from '../support/rings/lasting-ring.js';
import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { createTestServer } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';

const LARGE = bytesOf(300_000);
const PROVISIONAL = 'provisional; copies=1';

let ring: LastingRing;

/** The third server is alone, and knows it. */
async function cutOff(): Promise<void> {
  const [first, second, third] = ring.homes.map(({ server }) => server);
  ring.cuts.cut([first!, second!], [third!]);
  await until('both sides go on', () => {
    const [one, , alone] = ring.homes.map(({ server }) => server.ring.status());
    return one!.view?.members.length === 2 && alone!.view?.members.length === 1 && alone!.hasLease;
  });
}

async function heal(): Promise<void> {
  ring.cuts.heal();
  await ring.settled();
  await until('all is merged', () => ring.running.every((server) => server.ring.status().offers === 0));
}

const urlOf = (place: number) => ring.homes[place]!.url;
const put = (place: number, key: string, body: string) =>
  request(urlOf(place)).put(`/objects/${key}`).send(body);

async function keysOf(query: string) {
  const { body } = await request(urlOf(1)).get(`/conflicts?${query}`).expect(200);
  return [body.conflicts.map(({ key }: { key: string }) => key), body.next] as const;
}

describe('a ring that was cut apart and is one again', () => {
  let feed: EventSource;

  beforeAll(async () => {
    ring = await LastingRing.start(3, {}, false);
    for (const key of ['a/both', 'a/deleted', 'theirs', 'large']) await put(0, key, 'before').expect(201);
    await cutOff();
    await put(0, 'a/both', 'of two').expect(204);
    await put(0, 'a/deleted', 'changed').expect(204);
    await put(0, 'large', 'small').expect(204);
    const apart = put(2, 'a/both', 'of one').set('Object-Meta-By', 'me');
    await apart.expect(204).expect('Ringlet-View', PROVISIONAL);
    await request(urlOf(2)).delete('/objects/a/deleted').expect(204);
    await put(2, 'theirs', 'of one').expect(204);
    await put(2, 'new', 'of one').expect(201);
    await putBody(`${urlOf(2)}/objects/large`, LARGE);
    feed = await EventSource.open(`${urlOf(0)}/events?prefix=a/`);
    await heal();
  });
  afterAll(async () => {
    feed.close();
    await ring.end();
  });

  test('has what only one side changed, and of the rest what the larger side has', async () => {
    for (const place of [0, 1, 2]) {
      const bodies = ['a/both', 'a/deleted', 'theirs', 'new', 'large'].map(async (key) => {
        const { text } = await request(urlOf(place)).get(`/objects/${key}`).expect(200);
        return text;
      });
      expect(await Promise.all(bodies)).toEqual(['of two', 'changed', 'of one', 'of one', 'small']);
    }
  });

  test('lists what lost, by prefix and in pages, at every server', async () => {
    for (const place of [0, 1, 2]) {
      const { body } = await request(urlOf(place)).get('/conflicts').expect(200);
      expect(body).toMatchObject({
        conflicts: [
          { key: 'a/both', size: 6, deleted: false },
          { key: 'a/deleted', size: 0, deleted: true },
          { key: 'large', size: LARGE.length, deleted: false },
        ],
        next: null,
      });
      const [both] = body.conflicts;
      expect(Object.keys(both)).toEqual(['key', 'revision', 'etag', 'size', 'type', 'deleted', 'modified']);
      expect(both.etag.startsWith(`"${both.revision}-`)).toBe(true);
    }
    expect(await keysOf('prefix=a/')).toEqual([['a/both', 'a/deleted'], null]);
    expect(await keysOf('after=a/both')).toEqual([['a/deleted', 'large'], null]);
    const [first, next] = await keysOf('limit=2');
    expect(first).toEqual(['a/both', 'a/deleted']);
    expect(await keysOf(`limit=2&after=${encodeURIComponent(next)}`)).toEqual([['large'], null]);
  });

  test('does not count what lost among the objects, nor list it there', async () => {
    const { body } = await request(urlOf(0)).get('/ring').expect(200);
    expect(body).toMatchObject({ objects: 5, conflicts: 3, offers: 0, provisional: false });
    const listed = await request(urlOf(0)).get('/objects').expect(200);
    expect(listed.body.objects).toHaveLength(5);
    for (const query of ['prefix=%00', 'prefix=%00conflicts/', 'after=%00'])
      expect(
        (await request(urlOf(0)).get(`/objects?${query}`)).body.objects.map(
          ({ key }: { key: string }) => key,
        ),
      ).not.toContain(expect.stringContaining('\u0000'));
    expect((await request(urlOf(0)).get('/objects?prefix=%00').expect(200)).body.objects).toEqual([]);
    const { body: refused } = await request(urlOf(0)).get('/objects/%00conflicts/a').expect(400);
    expect(refused.code).toBe('key_control_character');
    const { text } = await request(urlOf(0)).get('/metrics').expect(200);
    expect(text).toContain('\nringlet_conflicts 3\n');
  });

  test('gives what lost', async () => {
    const { text, headers } = await request(urlOf(1)).get('/conflicts/a/both').expect(200);
    expect(text).toBe('of one');
    expect(headers).toMatchObject({
      'object-meta-by': 'me',
      'ringlet-conflict': 'written',
      'ringlet-server': 's2',
    });
    const revision = headers['ringlet-revision'];
    await request(urlOf(1)).get(`/conflicts/a/both?revision=${revision}`).expect(200);
    await request(urlOf(1)).get('/conflicts/a/both').set('If-None-Match', headers.etag!).expect(304);
    await request(urlOf(1)).get('/conflicts/a/both').set('Range', 'bytes=0-1').expect(206, 'of');
    await request(urlOf(1)).head('/conflicts/a/both').expect(200);
    expect((await bytesAt(`${urlOf(1)}/conflicts/large`)).equals(LARGE)).toBe(true);
    const deletion = await request(urlOf(1)).get('/conflicts/a/deleted').expect(204);
    expect(deletion.headers['ringlet-conflict']).toBe('deleted');
  });

  test.each([
    ['get', '/conflicts/none', 404, 'no_conflict'],
    ['delete', '/conflicts/none', 404, 'no_conflict'],
    ['get', '/conflicts/a/both?revision=1', 404, 'no_conflict'],
    ['get', '/conflicts/a/both?revision=x', 400, 'bad_query'],
    ['get', '/conflicts/a/both?rev=1', 400, 'bad_query'],
    ['get', '/conflicts?limit=0', 400, 'bad_query'],
    ['get', '/conflicts?foo=1', 400, 'bad_query'],
    ['get', '/conflicts/%00', 400, 'key_control_character'],
    ['put', '/conflicts/a', 405, 'method_not_allowed'],
    ['delete', '/conflicts', 405, 'method_not_allowed'],
  ] as const)('%s %s is %i', async (method, path, status, code) => {
    const answer = await request(urlOf(0))[method](path).expect(status);
    expect(answer.body.code).toBe(code);
  });

  test('a condition is refused, as it would not be judged', async () => {
    const { body } = await request(urlOf(0)).delete('/conflicts/a/both').set('If-Match', '*').expect(400);
    expect(body.code).toBe('unsupported_condition');
  });

  test('tells what lost, and that it is settled', async () => {
    const [both, deleted] = [await feed.find('conflict'), await feed.find('conflict')];
    const told = [both, deleted].toSorted((a, b) => (String(a.data.key) < String(b.data.key) ? -1 : 1));
    expect(told).toMatchObject([
      { data: { key: 'a/both', size: 6, deleted: false } },
      { data: { key: 'a/deleted', deleted: true } },
    ]);
    const { revision } = told[0]!.data;
    const answer = await request(urlOf(2)).delete(`/conflicts/a/both?revision=${revision}`).expect(204);
    const settled = await feed.find('conflict');
    expect(settled.data).toEqual({
      key: 'a/both',
      revision: Number(answer.headers['ringlet-revision']),
      of: revision,
      settled: true,
    });
    for (const place of [0, 1, 2]) await request(urlOf(place)).get('/conflicts/a/both').expect(404);
    await request(urlOf(0)).delete('/conflicts/a/deleted').expect(204);
    await request(urlOf(0)).delete('/conflicts/large').expect(204);
    expect((await request(urlOf(1)).get('/conflicts').expect(200)).body).toEqual({
      conflicts: [],
      next: null,
    });
    expect((await request(urlOf(1)).get('/ring')).body.conflicts).toBe(0);
  });
});

describe('several conflicts of one key', () => {
  afterEach(() => ring.end());

  test('are told apart by their revisions, and settled together', async () => {
    ring = await LastingRing.start(3, {}, false);
    for (const round of ['1', '2', '3']) {
      await cutOff();
      await put(0, 'k', `winner ${round}`);
      await put(2, 'k', `loser ${round}`);
      await heal();
    }
    const { body } = await request(urlOf(1)).get('/conflicts').expect(200);
    expect(body.conflicts.map(({ key }: { key: string }) => key)).toEqual(['k', 'k', 'k']);
    const bodies = body.conflicts.map(async ({ revision }: { revision: number }) => {
      const { text } = await request(urlOf(1)).get(`/conflicts/k?revision=${revision}`).expect(200);
      return text;
    });
    expect((await Promise.all(bodies)).toSorted()).toEqual(['loser 1', 'loser 2', 'loser 3']);
    await request(urlOf(1)).get('/conflicts/k').expect(200, 'loser 3');
    const page = await request(urlOf(1)).get('/conflicts?limit=2').expect(200);
    const rest = await request(urlOf(1))
      .get(`/conflicts?after=${encodeURIComponent(page.body.next)}`)
      .expect(200);
    expect([...page.body.conflicts, ...rest.body.conflicts]).toEqual(body.conflicts);
    expect((await request(urlOf(1)).get('/conflicts?after=k')).body.conflicts).toEqual([]);
    await request(urlOf(1)).delete('/conflicts/k').expect(204);
    await request(urlOf(0)).get('/conflicts/k').expect(404);
  });
});

describe('adopting', () => {
  test('lets one side go on as the ring, whose writes are not provisional any more', async () => {
    ring = await LastingRing.start(3, {}, false);
    await put(0, 'before', '1').expect(201);
    await cutOff();
    expect((await put(2, 'a', '1')).headers['ringlet-view']).toBe(PROVISIONAL);
    await request(urlOf(2)).post('/ring/adopt').expect(204);
    expect((await request(urlOf(2)).get('/ring').expect(200)).body).toMatchObject({
      provisional: false,
      primary: 's3',
    });
    expect((await put(2, 'b', '1').expect(201)).headers['ringlet-view']).toBeUndefined();
    await ring.end();
  });

  test('is told from what was not chosen in time, and refused where there is no ring', async () => {
    const { server, url, core } = await startFakeServer();
    await request(url).post('/ring/adopt').expect(204);
    core.forced = { kind: 'unknown' };
    expect((await request(url).post('/ring/adopt').expect(503)).body).toMatchObject({
      code: 'not_adopted',
      retryable: true,
    });
    core.forced = { kind: 'not-done', reason: 'not-a-member' };
    expect((await request(url).post('/ring/adopt').expect(503)).body.code).toBe('not_a_member');
    const { body } = await request(url).post('/ring/adopt').set('Sec-Fetch-Site', 'cross-site').expect(403);
    expect(body.code).toBe('cross_site');
    await request(url).get('/ring/adopt').expect(405);
    await server.stop();
  });

  test('takes the token of who administers', async () => {
    const tokens = { AUTH_TOKEN: 'w', READ_TOKEN: 'r', PORT: '0', RING_PORT: '0' };
    const server = await createTestServer(tokens);
    await server.start();
    const { url } = server.identity;
    expect((await request(url).post('/ring/adopt').expect(401)).body.code).toBe('unauthorized');
    await request(url).post('/ring/adopt').set('Authorization', 'Bearer r').expect(403);
    await request(url).post('/ring/adopt').set('Authorization', 'Bearer w').expect(204);
    await request(url).delete('/conflicts/a').set('Authorization', 'Bearer r').expect(403);
    await request(url).get('/conflicts').set('Authorization', 'Bearer r').expect(200);
    await server.stop();
  });
});
