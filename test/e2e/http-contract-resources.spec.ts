import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { EventSource } from '../../src/watch/testing/event-source.js';
import { labelsOf, Place, PLACES } from '../support/rings/place.js';

const READING = 'GET, HEAD, OPTIONS';
/** Each resource, and the methods that it has. */
const RESOURCES = [
  ['/objects', READING],
  ['/bundles', READING],
  ['/ring', READING],
  ['/islands', READING],
  ['/ring/leave', 'POST, OPTIONS'],
  ['/health/live', READING],
  ['/health/ready', READING],
  ['/events', 'GET, OPTIONS'],
] as const;
/** A stream that was not refused would go on for ever. */
const STREAM_MS = 5000;
const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'TRACE', 'OPTIONS', 'PROPFIND'];

describe.each(PLACES)('resources at a $role, short way: $shortWay', (where) => {
  let place: Place;
  const get = (path: string) => place.http.get(path);

  beforeAll(async () => {
    place = await Place.start(where);
    for (const key of ['b', 'a/2', 'a/1', 'ä', 'c%20d']) {
      const put = place.http.put(`/objects/${encodeURI(decodeURI(key))}`).set('Content-Type', 'text/plain');
      await put.send('xy').expect(201);
    }
  });
  afterAll(() => place.stop());

  test.each(RESOURCES)('%s has %s, and says so to all other methods', async (path, allowed) => {
    for (const method of METHODS.filter(
      (name) => !allowed.split(', ').includes(name) || name === 'OPTIONS',
    )) {
      const wire = place.wire().send(`${method} ${path} HTTP/1.1`, 'Host: x', 'Content-Length: 0');
      const isAsked = method === 'OPTIONS';
      const text = await wire.until(
        isAsked || method === 'HEAD' ? /\r\n\r\n$/ : /"code":"method_not_allowed".*}$/,
      );
      expect(text).toMatch(isAsked ? /^HTTP\/1\.1 204 / : /^HTTP\/1\.1 405 /);
      expect(text).toContain(`\r\nAllow: ${allowed}\r\n`);
      expect(text).toContain(`\r\nRinglet-Server: ${place.server.identity.name}\r\n`);
      expect(text.includes('\r\nRinglet-Primary: ')).toBe(where.role === 'backup');
      await wire.send('GET /health/live HTTP/1.1', 'Host: x').until(/"live":true/);
      wire.destroy();
    }
  });

  test.each(['/objects', '/objects?prefix=a', '/ring', '/islands', '/health/live', '/health/ready'])(
    'HEAD %s is GET without the body',
    async (path) => {
      const whole = await get(path).expect(200);
      const bare = await place.http.head(path).expect(200);
      const { date: _date, ...headers } = whole.headers;
      expect(bare.headers).toMatchObject(headers);
      expect(Number(headers['content-length'])).toBeGreaterThan(0);
      expect(bare.text ?? '').toBe('');
      expect(labelsOf(bare.headers)).toEqual(place.labels);
    },
  );

  test.each(['/nothing', '/ring/', '/health', '/bundle/a', '/islands/a', '/Objects'])(
    '%s is not there',
    async (path) => {
      const { body, headers } = await get(path).expect(404);
      expect(body).toMatchObject({ status: 404, code: 'no_resource', retryable: false });
      expect(headers['content-type']).toBe('application/problem+json');
      expect(labelsOf(headers)).toEqual(place.labels);
    },
  );

  describe('the listing', () => {
    test('has the objects in the order of their keys, with all that is told of them', async () => {
      const { body, headers } = await get('/objects').expect(200);
      expect(headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-cache',
      });
      expect(labelsOf(headers)).toEqual(place.labels);
      expect(body.next).toBeNull();
      expect(keysOf(body)).toEqual(['a/1', 'a/2', 'b', 'c d', 'ä']);
      const object = await get('/objects/b').expect(200);
      expect(body.objects[2]).toEqual({
        key: 'b',
        size: 2,
        type: 'text/plain',
        etag: object.headers.etag,
        revision: 1,
        modified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        holders: place.ring.servers.map(({ identity }) => identity.name),
      });
    });

    test('comes in pages', async () => {
      const keys: string[] = [];
      let after = '';
      for (const sizes = [2, 2, 1]; sizes.length > 0;) {
        const { body } = await get('/objects').query({ limit: 2, after }).expect(200);
        expect(body.objects).toHaveLength(sizes.shift()!);
        keys.push(...keysOf(body));
        after = body.next;
      }
      expect(after).toBeNull();
      expect(keys).toEqual(['a/1', 'a/2', 'b', 'c d', 'ä']);
    });

    test.each([
      ['?prefix=c+', ['c d']],
      ['?prefix=%C3%A4', ['ä']],
      ['?prefix=a%2F&after=a%2F1', ['a/2']],
      ['?prefix=none', []],
      ['?after=%F4%8F%BF%BF', []],
      ['?&prefix=b&', ['b']],
    ])('%s: %j', async (query, keys) => {
      const { body } = await get(`/objects${query}`).expect(200);
      expect([keysOf(body), body.next]).toEqual([keys, null]);
    });

    test.each([
      ['?limit=0', /^limit must be a whole number from 1 to 1000$/],
      ['?limit=ten', /^limit must be a whole number from 1 to 1000$/],
      ['?limit=1001', /limit/],
      ['?limit=x', /limit/],
      ['?limit=', /limit/],
      ['?limit=1.5', /limit/],
      ['?limit=1&limit=2', /limit is given more than once/],
      ['?prefix=a&prefix=b', /prefix is given more than once/],
      ['?prefix=%ff', /UTF-8/],
      ['?prefix=%zz', /UTF-8/],
      ['?after=%C3', /UTF-8/],
      ['?prefx=a', /^"prefx" is no parameter here; these are: prefix, after, limit$/],
      ['?Prefix=a', /"Prefix"/],
      ['?prefix[]=a', /"prefix\[\]"/],
      ['?__proto__=a', /"__proto__"/],
      ['?=a', /""/],
      [`?prefix=${'x'.repeat(1025)}`, /prefix/],
      [`?after=${'x'.repeat(1025)}`, /after/],
    ])('%s is 400 bad_query', async (query, detail) => {
      const { body, headers } = await get(`/objects${query}`).expect(400);
      expect(body).toMatchObject({ status: 400, code: 'bad_query', detail: expect.stringMatching(detail) });
      expect(headers['content-type']).toBe('application/problem+json');
      expect(labelsOf(headers)).toEqual(place.labels);
      const bare = await place.http.head(`/objects${query}`).expect(400);
      expect(bare.headers['content-length']).toBe(headers['content-length']);
    });
  });

  describe('the ring', () => {
    test('is told with its members in order', async () => {
      const { body, headers } = await get('/ring?whatever').expect(200);
      expect(headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
      });
      expect(labelsOf(headers)).toEqual(place.labels);
      expect(body).toMatchObject({ ring: 'ringlet', view: 3, primary: 'server-1', provisional: false });
      expect(body.self).toBe(place.server.identity.name);
      expect(body.revision).toBeGreaterThanOrEqual(5);
      expect(body.members).toEqual(
        place.ring.servers.map(({ identity }) => ({
          id: expect.stringMatching(/^[0-9a-f]{12}$/),
          heard: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
          name: identity.name,
          url: identity.url,
          ring: identity.ring,
          priority: identity.priority,
          role: 'both',
          state: 'up',
        })),
      );
    });

    test('cannot be left by a page of another site', async () => {
      for (const site of ['cross-site', 'same-site']) {
        const { body, headers } = await place.http
          .post('/ring/leave')
          .set('Sec-Fetch-Site', site)
          .expect(403);
        expect(body.code).toBe('cross_site');
        expect(labelsOf(headers)).toEqual(place.labels);
      }
      await get('/health/ready').expect(200);
    });
  });

  test.each(['/health/live', '/health/ready'])('%s is for probes', async (path) => {
    const { body, headers } = await get(`${path}?now=1`).expect(200);
    expect(body).toEqual(path === '/health/live' ? { live: true } : { ready: true });
    expect(headers['cache-control']).toBe('no-store');
    expect(labelsOf(headers)).toEqual(place.labels);
  });

  describe('the events', () => {
    test('tell what was written since, and what is written then', async () => {
      const source = await EventSource.open(`${place.url}/events?since=1&prefix=a/`);
      expect(source.response.headers).toMatchObject({
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
      });
      expect(labelsOf(source.response.headers)).toEqual(place.labels);
      expect((await source.take(2)).map(({ id, name, data }) => [id, name, data.key])).toEqual([
        ['2', 'put', 'a/2'],
        ['3', 'put', 'a/1'],
      ]);
      const put = await place.http.put('/objects/a/3').send('x').expect(201);
      const gone = await place.http.delete('/objects/a/3').expect(204);
      const ids = [put, gone].map(({ headers }) => headers['ringlet-revision']);
      expect((await source.take(2)).map(({ id, name }) => [id, name])).toEqual([
        [ids[0], 'put'],
        [ids[1], 'delete'],
      ]);
      source.close();
    });

    test.each([
      ['since=x', '', /since must be a revision/],
      ['since=-1', '', /since/],
      ['since=1&since=2', '', /more than once/],
      ['prefix=%ff', '', /UTF-8/],
      ['prefix=%2', '', /UTF-8/],
      [`prefix=${'x'.repeat(1025)}`, '', /1,024 bytes/],
      ['prefx=a', '', /^"prefx" is no parameter here; these are: since, prefix$/],
      ['', 'x', /Last-Event-ID must be a revision/],
    ])('?%s, Last-Event-ID %j is 400 bad_query', async (query, id, detail) => {
      const asked = get(`/events?${query}`).set('Last-Event-ID', id).timeout(STREAM_MS);
      const { headers, body } = await asked.expect(400);
      expect(headers['content-type']).toBe('application/problem+json');
      expect(body).toMatchObject({ status: 400, code: 'bad_query', detail: expect.stringMatching(detail) });
      expect(labelsOf(headers)).toEqual(place.labels);
    });
  });
});

function keysOf(body: { readonly objects: readonly { readonly key: string }[] }): string[] {
  return body.objects.map(({ key }) => key);
}
