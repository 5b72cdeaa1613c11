import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { type FakeServer, startFakeServer } from '../support/rings/fake-server.js';
import { until } from '../support/rings/until.js';

const MOST = 2;
const OTHER = 'http://127.0.0.1:9';

describe('a server that may work on two requests at once', () => {
  let fake: FakeServer;
  let pending: Promise<unknown>[];

  beforeEach(async () => {
    fake = await startFakeServer({ environment: { MAX_IN_FLIGHT: String(MOST) } });
    fake.core.holdWrites = true;
    pending = [];
  });
  afterEach(async () => {
    fake.core.holdWrites = false;
    fake.core.releaseWrites();
    await fake.server.abort();
    await Promise.allSettled(pending);
  });

  function put(key: string, headers: Record<string, string> = {}) {
    const { url } = fake;
    const sent = request(url)
      .put(`/objects/${key}`)
      .set(headers)
      .redirects(0)
      .send('x')
      .then((answer) => answer);
    pending.push(sent);
    return sent;
  }

  /** As many writes as it works on are under way. */
  async function fill(): Promise<void> {
    for (let number = 0; number < MOST; number++) void put(`full${number}`);
    await until('it is full', () => fake.core.heldCount === MOST);
  }

  function untilWaiting(count: string): Promise<void> {
    return until(`${count} wait`, async () => {
      const { text } = await request(fake.url).get('/metrics');
      return text.includes(`\nringlet_http_requests_waiting ${count}\n`);
    });
  }

  test('has others wait, and takes them in their order', async () => {
    await fill();
    const third = put('third');
    await untilWaiting('1');
    expect(fake.core.heldCount).toBe(MOST);
    fake.core.releaseWrites(1);
    await until('it is full', () => fake.core.heldCount === MOST);
    fake.core.releaseWrites();
    expect((await third).status).toBe(201);
  });

  test('sends willing ones on, and not again', async () => {
    await fill();
    const { status, headers } = await put('third', { Prefer: 'redirect' });
    expect([status, headers['location']]).toEqual([307, `${OTHER}/objects/third?sent-on`]);
    expect(headers['preference-applied']).toBe('redirect');
    const sent = put('third?sent-on', { Prefer: 'redirect' });
    await untilWaiting('1');
    fake.core.holdWrites = false;
    fake.core.releaseWrites();
    expect((await sent).status).toBe(201);
  });

  test('goes on sending willing ones on for a moment', async () => {
    await fill();
    expect((await put('third', { Prefer: 'redirect' })).status).toBe(307);
    fake.core.releaseWrites(1);
    await Promise.race(pending.slice(0, MOST));
    expect((await put('fourth', { Prefer: 'redirect' })).status).toBe(307);
  });

  test('sends nobody to a server that has as much to do', async () => {
    await fill();
    fake.core.loads = [0, 1.5];
    const third = put('third', { Prefer: 'redirect' });
    await untilWaiting('1');
    fake.core.holdWrites = false;
    fake.core.releaseWrites();
    expect((await third).status).toBe(201);
  });

  test('answers what is no work, and refuses what is too much', async () => {
    await fill();
    for (let number = 0; number < 10 * MOST; number++) void put(`waits${number}`);
    await untilWaiting(String(10 * MOST));
    const { status, headers, body } = await put('beyond');
    expect([status, headers['retry-after'], body]).toEqual([
      503,
      '1',
      expect.objectContaining({ code: 'saturated' }),
    ]);
    // Another server that has nothing to do takes more than may be worked on at once.
    for (let number = 0; number < 60; number++)
      expect((await put('willing', { Prefer: 'redirect' })).status).toBe(307);
    await request(fake.url).get('/health/ready').expect(200);
    await request(fake.url).get('/ring').expect(200);
    fake.core.holdWrites = false;
    fake.core.releaseWrites();
    await Promise.all(pending);
    await request(fake.url).get('/objects/waits19').expect(200);
  });

  test('forgets who has gone while it waited', async () => {
    await fill();
    const leaving = new AbortController();
    const { signal } = leaving;
    const gone = fetch(`${fake.url}/objects/gone`, { method: 'PUT', body: 'x', signal });
    await untilWaiting('1');
    leaving.abort();
    await expect(gone).rejects.toThrow('aborted');
    await untilWaiting('0');
    fake.core.holdWrites = false;
    fake.core.releaseWrites();
    await Promise.all(pending);
    await request(fake.url).get('/objects/gone').expect(404);
  });

  test('sends on who waits when it is told to end, and who comes then', async () => {
    await fill();
    fake.core.holdLeave = true;
    fake.core.loads = [0, 0.9];
    const patient = put('patient');
    await untilWaiting('1');
    const ended = fake.server.stop();
    expect((await patient).body).toMatchObject({ status: 503, code: 'leaving' });
    const late = await put('late', { Prefer: 'redirect' });
    expect([late.status, late.headers['location']]).toEqual([307, `${OTHER}/objects/late?sent-on`]);
    fake.core.holdLeave = false;
    fake.core.holdWrites = false;
    fake.core.releaseWrites();
    await ended;
  });
});
