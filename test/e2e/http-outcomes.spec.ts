import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import type { Outcome } from '../../src/replication/index.js';
import { type FakeServer, startFakeServer } from '../support/rings/fake-server.js';
import { labelsOf } from '../support/rings/place.js';

const PLACES = [
  { role: 'primary', shortWay: true },
  { role: 'backup', shortWay: true },
  { role: 'backup', shortWay: false },
];
const PRIMARY = 'http://127.0.0.1:9';

const notDone = (reason: string) => ({ kind: 'not-done', reason }) as Outcome;
const unavailable = (reason: string) => ({ kind: 'unavailable', reason }) as Outcome;

describe.each(PLACES)('what the ring answers to a $role, short way: $shortWay', ({ role, shortWay }) => {
  let fake: FakeServer;
  const http = () => request(fake.url);
  /** As it is unless a test says otherwise. */
  const settle = () => {
    Object.assign(fake.core, {
      forced: null,
      isLeaseLost: false,
      copies: null,
      isPrimary: role === 'primary',
    });
    fake.core.announce();
    fake.server.ring.tick();
  };
  const labels = { server: 'fake', primary: role === 'primary' ? undefined : PRIMARY };

  beforeAll(async () => {
    fake = await startFakeServer({ shortWay });
    settle();
    await http().put('/objects/there').send('old').expect(201);
  });
  afterEach(settle);
  afterAll(() => fake.server.stop());

  test.each([
    ['overloaded', 'overloaded'],
    ['no-quorum', 'no_quorum'],
    ['leaving', 'leaving'],
    ['not-a-member', 'not_a_member'],
    ['timeout', 'write_timeout'],
  ])('a write that was not done (%s) is 503 %s, to be tried again', async (reason, code) => {
    fake.core.forced = notDone(reason);
    for (const answer of [await http().put('/objects/w').send('x'), await http().delete('/objects/w')]) {
      expect(answer.status).toBe(503);
      expect(answer.headers['retry-after']).toBe('1');
      expect(answer.body).toMatchObject({ code, retryable: true });
      expect(answer.body.title).toContain('Nothing was done');
      expect(labelsOf(answer.headers)).toEqual(labels);
    }
  });

  test('an unknown outcome is told as such', async () => {
    fake.core.forced = { kind: 'unknown' };
    const { body, headers } = await http().put('/objects/w').send('x').expect(504);
    expect(body).toMatchObject({ code: 'outcome_unknown', retryable: false });
    expect(headers).not.toHaveProperty('retry-after');
  });

  test.each([
    ['no-lease', 'read_no_lease'],
    ['no-holder', 'read_no_holder'],
    ['timeout', 'read_timeout'],
    ['not-a-member', 'not_a_member'],
  ])('a read that cannot be answered (%s) is 503 %s', async (reason, code) => {
    fake.core.isLeaseLost = true;
    fake.core.forced = unavailable(reason);
    const { body, headers } = await http().get('/objects/there').expect(503);
    expect(body.code).toBe(code);
    expect(headers['retry-after']).toBe('1');
    await http().get('/objects').expect(503);
  });

  test('a stale answer is given only to who allows it, and says so', async () => {
    fake.core.isLeaseLost = true;
    fake.core.forced = unavailable('no-lease');
    const { headers } = await http().get('/objects/there').set('Cache-Control', 'max-stale').expect(200);
    expect(headers['ringlet-stale']).toBe('1');
    for (const [name, value, status] of [
      ['If-None-Match', '*', 304],
      ['If-Match', '"x"', 412],
      ['Range', 'bytes=1-1', 206],
      ['Range', 'bytes=99-', 416],
    ] as const) {
      const asked = http().get('/objects/there').set('Cache-Control', 'max-stale').set(name, value);
      expect((await asked.expect(status)).headers['ringlet-stale']).toBe('1');
    }
    await http().get('/objects/there').set('Cache-Control', 'max-stale=0').expect(503);
    await http().get('/objects/none').set('Cache-Control', 'max-stale').expect(503);
    fake.core.isLeaseLost = false;
    const fresh = await http().get('/objects/there').set('Cache-Control', 'max-stale').expect(200);
    expect(fresh.headers).not.toHaveProperty('ringlet-stale');
  });

  test('who forbids to ask others gets 504 when the body is elsewhere', async () => {
    await http().put('/objects/elsewhere').send('x').expect(201);
    const record = fake.core.committed('elsewhere')!;
    fake.core.evict('elsewhere');
    const { body } = await http()
      .get('/objects/elsewhere')
      .set('Cache-Control', 'only-if-cached')
      .expect(504);
    expect(body.code).toBe('not_here');
    await http().get('/objects/there').set('Cache-Control', 'only-if-cached').expect(200);
    await http().get('/objects/none').set('Cache-Control', 'only-if-cached').expect(404);
    fake.core.forced = { kind: 'object', record, via: 0xb };
    const { headers } = await http().get('/objects/elsewhere').expect(200, 'x');
    expect(headers['ringlet-via']).toBe('other');
  });

  test('in a provisional view every answer says so, and an acknowledgement tells its copies', async () => {
    fake.core.copies = 1;
    fake.core.announce();
    fake.server.ring.tick();
    const { headers } = await http().put('/objects/alone').send('x').expect(201);
    expect(headers['ringlet-view']).toBe('provisional; copies=1');
    const refused = await http().put('/objects/alone').set('If-None-Match', '*').send('x').expect(412);
    expect(refused.headers['ringlet-view']).toBe('provisional; copies=1');
    for (const path of ['/objects/alone', '/objects/none', '/objects', '/ring']) {
      expect((await http().get(path)).headers['ringlet-view']).toBe('provisional');
    }
  });

  test('every answer says who gives it, and who the primary is when it is another', async () => {
    for (const path of ['/objects/there', '/objects/none', '/objects/%zz', '/objects', '/ring', '/nothing'])
      expect(labelsOf((await http().get(path)).headers)).toEqual(labels);
  });

  test('readiness tells why not', async () => {
    await http().get('/health/ready').expect(200, { ready: true });
    Object.assign(fake.core, { isFull: false, lostKeys: ['a'] });
    await http().get('/health/ready').expect(200, { ready: true, lost: 1 });
    expect((await http().get('/ring')).body.lost).toEqual(['a']);
    fake.core.lostKeys = [];
    expect((await http().get('/health/ready').expect(503)).body.reason).toBe('filling');
    fake.core.isFull = true;
    fake.core.isLeaseLost = true;
    const { body } = await http()
      .get('/health/ready')
      .expect(503)
      .expect('Content-Type', 'application/problem+json');
    expect(body).toMatchObject({ code: 'not_ready', reason: 'no-lease' });
    await http().get('/health/live').expect(200, { live: true });
  });

  test('a mistake of the program is 500, and tells nothing', async () => {
    fake.core.forced = { kind: 'current' };
    const { body } = await http().put('/objects/w').send('x').expect(500);
    expect(body).toEqual(expect.objectContaining({ code: 'internal' }));
    expect(body).not.toHaveProperty('detail');
  });
});
