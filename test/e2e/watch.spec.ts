import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { EventSource, type TestEvent } from '../../src/watch/testing/event-source.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { Wire } from '../support/rings/wire.js';

const sources: EventSource[] = [];
let ring: TestRing;

afterEach(async () => {
  for (const source of sources.splice(0)) source.close();
  await ring.stop();
});

async function watch(url: string, query = '', lastEventId = ''): Promise<EventSource> {
  const source = await EventSource.open(`${url}/events${query}`, lastEventId);
  sources.push(source);
  return source;
}

async function put(url: string, key: string): Promise<{ readonly revision: number; readonly etag: string }> {
  const { headers, status } = await request(url).put(`/objects/${key}`).type('text/plain').send('four');
  expect([201, 204]).toContain(status);
  return { revision: Number(headers['ringlet-revision']), etag: String(headers.etag) };
}

function keysOf(events: readonly TestEvent[]): unknown[] {
  return events.map(({ data }) => data.key);
}

/** `k1`, `k2` and so on, each at the next server. */
async function putSeveral(from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number++)
    await put(ring.urls[number % ring.urls.length]!, `k${number}`);
}

function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `k${from + index}`);
}

describe('changes in a ring of three', () => {
  beforeEach(async () => {
    ring = await startRing(3);
  });

  test('what is written at any server is seen at each, in one order', async () => {
    const watching = await Promise.all(ring.urls.map((url) => watch(url)));
    const made = await Promise.all(
      Array.from({ length: 30 }, (_, index) => put(ring.urls[index % 3]!, `k${index % 7}`)),
    );
    const expected = made.toSorted((a, b) => a.revision - b.revision);
    for (const source of watching) {
      const events = await source.take(made.length);
      expect(events.map(({ data }) => ({ revision: data.revision, etag: data.etag }))).toEqual(expected);
      for (const { id, name, data } of events) expect([name, id]).toEqual(['put', String(data.revision)]);
    }
  });

  test('an event says what it is about, and the answer what it is', async () => {
    const source = await watch(ring.urls[1]!);
    expect(source.response.statusCode).toBe(200);
    expect(source.response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'ringlet-server': 'server-2',
      'ringlet-primary': ring.primary.identity.url,
    });
    const { revision, etag } = await put(ring.urls[0]!, 'some/key');
    const first = await source.next();
    const { body } = await request(ring.urls[2]!).get('/objects?prefix=some/').expect(200);
    const { holders: _holders, ...listed } = body.objects[0];
    expect(first).toEqual({ name: 'put', id: String(revision), data: listed });
    expect(first.data).toMatchObject({ key: 'some/key', etag, size: 4, type: 'text/plain' });
    await request(ring.urls[2]!).delete('/objects/some/key').expect(204);
    const data = { key: 'some/key', revision: revision + 1 };
    expect(await source.next()).toEqual({ name: 'delete', id: String(revision + 1), data });
    expect(source.retryMs).toBe(1000);
  });

  test('an object whose time to live has ended is deleted', async () => {
    const source = await watch(ring.urls[1]!);
    await request(ring.urls[0]!).put('/objects/mortal').set('X-TTL', '0.1').send('x').expect(201);
    expect(await source.next()).toMatchObject({ name: 'put', data: { key: 'mortal' } });
    expect(await source.next()).toEqual({ name: 'delete', id: '2', data: { key: 'mortal', revision: 2 } });
  });

  test('a refusal is no change', async () => {
    const source = await watch(ring.urls[0]!);
    await request(ring.urls[1]!).delete('/objects/none').expect(404);
    await request(ring.urls[1]!).put('/objects/none').set('If-Match', '"x"').send('x').expect(412);
    await put(ring.urls[2]!, 'real');
    expect(await source.next()).toMatchObject({ id: '3', data: { key: 'real' } });
  });

  test('a prefix chooses among the keys', async () => {
    const source = await watch(ring.urls[2]!, '?prefix=%C3%A4%2F');
    for (const key of ['a', '%C3%A4', '%C3%A4/1', 'b', '%C3%A4/2']) await put(ring.urls[0]!, key);
    expect(keysOf(await source.take(2))).toEqual(['ä/1', 'ä/2']);
  });

  test('who comes back to another server is told what it missed, and nothing twice', async () => {
    const first = await watch(ring.urls[0]!);
    await putSeveral(1, 5);
    expect(keysOf(await first.take(5))).toEqual(numbered(1, 5));
    first.close();
    await putSeveral(6, 12);
    const writes = putSeveral(13, 40);
    const second = await watch(ring.urls[1]!, '', first.lastEventId);
    expect(keysOf(await second.take(35))).toEqual(numbered(6, 40));
    await writes;
    await put(ring.urls[2]!, 'last');
    expect(keysOf([await second.next()])).toEqual(['last']);
  });

  test('no matter how fast it changes servers, it is told everything once', async () => {
    const writes = putSeveral(1, 60);
    const seen: unknown[] = [];
    let lastEventId = '0';
    for (let turn = 0; seen.length < 60; turn++) {
      const source = await watch(ring.urls[turn % 3]!, '', lastEventId);
      seen.push((await source.next()).data.key);
      lastEventId = String(seen.length);
      source.close();
    }
    await writes;
    expect(seen).toEqual(numbered(1, 60));
  });

  test('a stream begins with an id, so that who loses it before its first event can resume', async () => {
    await putSeveral(1, 3);
    const wire = new Wire(ring.urls[0]!).send('GET /events HTTP/1.1', 'Host: x');
    await wire.until(/retry: 1000\nid: 3\n\n/);
    wire.destroy();
    await put(ring.urls[1]!, 'next');
    const source = await watch(ring.urls[2]!, '?since=1', '3');
    expect(keysOf([await source.next()])).toEqual(['next']);
  });

  test('an id that the ring never gave is answered by a gap', async () => {
    await putSeveral(1, 3);
    const source = await watch(ring.urls[1]!, '?since=1000000');
    expect(await source.next()).toEqual({ name: 'gap', id: '3', data: { revision: 3 } });
    await put(ring.urls[0]!, 'next');
    expect(keysOf([await source.next()])).toEqual(['next']);
  });

  test('a server that joined later does not know what was before', async () => {
    await putSeveral(1, 3);
    const { identity } = await ring.add();
    await ring.settled();
    const source = await watch(identity.url, '?since=1');
    expect(await source.next()).toEqual({ name: 'gap', id: '3', data: { revision: 3 } });
    await put(ring.urls[0]!, 'next');
    expect(keysOf([await source.next()])).toEqual(['next']);
    const whole = await watch(identity.url, '?since=3');
    expect(keysOf([await whole.next()])).toEqual(['next']);
  });
});

describe('members that come and go', () => {
  test('are told of where they were seen', async () => {
    ring = await startRing(2);
    const source = await watch(ring.urls[1]!);
    await put(ring.urls[0]!, 'before');
    const { identity } = await ring.add();
    const joined = await source.find('joined');
    expect(joined).toMatchObject({ id: '1', data: { name: 'server-3', url: identity.url } });
    await ring.settled();
    await ring.crash(ring.primary);
    expect(await source.find('left')).toMatchObject({ data: { name: 'server-1', reason: 'lost' } });
    const promoted = await source.next();
    expect(promoted).toMatchObject({ name: 'promoted', data: { name: 'server-2' } });
    expect(promoted.data.view).toBeGreaterThan(Number(joined.data.view));
    await ring.settled();
    await put(ring.urls[1]!, 'after');
    expect(await source.find('put')).toMatchObject({ data: { key: 'after' } });
  });

  test('one that leaves ends its streams, and its clients go on elsewhere', async () => {
    ring = await startRing(3);
    const leaver = ring.primary;
    const watching = await Promise.all(ring.urls.map((url) => watch(url)));
    await putSeveral(1, 3);
    for (const source of watching) await source.take(3);
    const begunAt = performance.now();
    await request(leaver.identity.url).post('/ring/leave').expect(202);
    await watching[0]!.untilEnded();
    expect(await watching[1]!.find('left')).toMatchObject({ data: { name: 'server-1', reason: 'leaving' } });
    expect(await watching[1]!.next()).toMatchObject({ name: 'promoted', data: { name: 'server-2' } });
    await leaver.ended;
    expect(performance.now() - begunAt).toBeLessThan(4000);
    ring.forget(leaver);
    await ring.settled();
    await put(ring.urls[0]!, 'later');
    const next = await watch(ring.urls[1]!, '', watching[0]!.lastEventId);
    expect(keysOf([await next.next()])).toEqual(['later']);
  });
});
