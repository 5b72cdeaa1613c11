import { afterEach, describe, expect, test } from '@jest/globals';
import { Test } from '@nestjs/testing';
import request from 'supertest';

import type { CreateApplication } from '../../src/app.js';
import { DEFAULT_WATCH_OPTIONS, WATCH_OPTIONS, type WatchOptions } from '../../src/watch/index.js';
import { EventSource } from '../../src/watch/testing/event-source.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { statusesIn, Wire } from '../support/rings/wire.js';

let ring: TestRing;
afterEach(() => ring.stop());

async function startAlone(options: Partial<WatchOptions> = {}): Promise<string> {
  const createApplication: CreateApplication = async (module, adapter, settings) => {
    const builder = Test.createTestingModule({ imports: [module] }).overrideProvider(WATCH_OPTIONS);
    const compiled = await builder.useValue({ ...DEFAULT_WATCH_OPTIONS, ...options }).compile();
    return compiled.createNestApplication(adapter, settings);
  };
  ring = await startRing(1, { createApplication });
  return ring.urls[0]!;
}

/** Many writes at once, past HTTP. */
async function write(count: number, key: string): Promise<void> {
  const about = {
    type: '',
    meta: {},
    size: 1,
    digest: '0123456789abcdef',
    body: Buffer.from('x'),
    ttlMs: 0,
    token: '',
    blob: 0,
    offer: null,
    replicas: 0,
  };
  const condition = { kind: 'none' } as const;
  const { ring: service } = ring.primary;
  await Promise.all(
    Array.from({ length: count }, () => service.write({ kind: 'put', key, condition, ...about })),
  );
}

test('more streams than are allowed are refused, until one ends', async () => {
  const url = await startAlone({ maxStreams: 1, heartbeatMs: 10 });
  const first = await EventSource.open(`${url}/events`);
  const { headers, body } = await request(url).get('/events').expect(503);
  expect(headers).toMatchObject({ 'retry-after': '1', 'content-type': 'application/problem+json' });
  expect(headers['x-accel-buffering']).toBeUndefined();
  expect(body).toMatchObject({ code: 'not_ready', reason: 'too-many-streams', retryable: true });
  first.close();
  let next = await EventSource.open(`${url}/events`);
  while (next.response.statusCode === 503) next = await EventSource.open(`${url}/events`);
  expect((await next.next()).name).toBe('heartbeat');
  next.close();
});

describe('a stream', () => {
  test('beats, so that who filters goes on from a new id', async () => {
    const url = await startAlone({ heartbeatMs: 10 });
    const source = await EventSource.open(`${url}/events?prefix=none`);
    expect(await source.next()).toMatchObject({
      name: 'heartbeat',
      id: '0',
      data: { revision: 0, name: 'server-1' },
    });
    await write(3, 'other');
    let beat = await source.next();
    while (beat.id === '0') beat = await source.next();
    expect(beat).toMatchObject({ name: 'heartbeat', id: '3', data: { revision: 3 } });
    source.close();
  });

  test('is told of a gap when the history does not reach back', async () => {
    const url = await startAlone({ historyRecords: 10 });
    await write(20, 'k');
    const late = await EventSource.open(`${url}/events?since=9`);
    expect(await late.next()).toEqual({ name: 'gap', id: '20', data: { revision: 20 } });
    const whole = await EventSource.open(`${url}/events?since=10`);
    expect((await whole.take(10)).map(({ id }) => id)).toEqual(
      Array.from({ length: 10 }, (_, index) => String(index + 11)),
    );
    for (const source of [late, whole]) source.close();
  });

  test('waits for its turn behind other answers of its connection', async () => {
    const url = await startAlone();
    const wire = new Wire(url);
    wire.send('GET /health/live HTTP/1.1', 'Host: x', '', 'GET /events?since=0 HTTP/1.1', 'Host: x');
    await wire.until(/retry: 1000/);
    await write(1, 'k');
    expect(statusesIn(await wire.until(/"key":"k"/))).toEqual([200, 200]);
    wire.destroy();
  });

  test('ends when its client does not read and the history has passed it', async () => {
    const url = await startAlone({ historyRecords: 200 });
    const slow = new Wire(url).send('GET /events?since=0 HTTP/1.1', 'Host: x');
    await slow.until(/retry: 1000/);
    slow.pause();
    const quick = await EventSource.open(`${url}/events`);
    const key = 'x'.repeat(1000);
    const over = new AbortController();
    const reset = slow.untilReset().then(() => over.abort());
    let made = 0;
    for (; !over.signal.aborted && made < 40_000; made += 100) {
      await write(100, key);
      await quick.take(100);
    }
    await reset;
    expect(made).toBeLessThan(40_000);
    expect(quick.lastEventId).toBe(String(made));
    quick.close();
  });

  test.each([true, false])('does not hold up the end of its server, whether it reads: %s', async (reads) => {
    const url = await startAlone();
    const wire = new Wire(url).send('GET /events HTTP/1.1', 'Host: x');
    await wire.until(/retry: 1000/);
    if (!reads) {
      wire.pause();
      for (let round = 0; round < 80; round++) await write(100, 'x'.repeat(1000));
    }
    const { primary } = ring;
    const begunAt = performance.now();
    await primary.stop();
    ring.forget(primary);
    expect(performance.now() - begunAt).toBeLessThan(3000);
    wire.destroy();
  });
});
