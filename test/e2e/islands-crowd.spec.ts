import { afterEach, expect, test } from '@jest/globals';
import request, { type Response } from 'supertest';

import { isUp } from '../support/islands/archipelago.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';
import { Wire } from '../support/rings/wire.js';

const MOST = 2;
const TOKEN = 'sesame';

const rings: TestRing[] = [];
afterEach(async () => {
  await Promise.all(rings.splice(0).map((ring) => ring.stop()));
});

async function start(name: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const ring = await startRing(1, { environment: { RING: name, ...environment } });
  rings.push(ring);
  return ring.urls[0]!;
}

/** A ring that has as much to do as it may, and knows an island at that URL. */
async function startNorth(islands: string): Promise<string> {
  const north = await start('north', { MAX_IN_FLIGHT: String(MOST), ISLANDS: islands });
  await until('it knows the other', () => isUp(north, 'south'));
  return north;
}

/** What is answered to reads of a key of the island, of each preference, all of which came while the ring had enough to do. */
async function readInTheCrowd(north: string, prefers: readonly string[]): Promise<Response[]> {
  const wires = Array.from({ length: MOST }, (_, index) =>
    new Wire(north).send(
      `PUT /objects/slow${index} HTTP/1.1`,
      'Host: x',
      'Content-Length: 1',
      'Expect: 100-continue',
    ),
  );
  for (const wire of wires) await wire.until(/ 100 /);
  const answers = prefers.map((prefer) =>
    request(north)
      .get('/objects/islands/south/far')
      .set('Prefer', prefer)
      .redirects(0)
      .then((answer) => answer),
  );
  await until('they wait', async () => {
    const { text } = await request(north).get('/metrics');
    return text.includes(`\nringlet_http_requests_waiting ${prefers.length}\n`);
  });
  for (const wire of wires) wire.sendBody('x');
  return Promise.all(answers);
}

test('while all of a ring has enough to do, willing clients ask a named island themselves', async () => {
  const south = await start('south', {});
  const north = await startNorth(south);
  await request(south).put('/objects/far').send('x').expect(201);
  const [other, ...willing] = await readInTheCrowd(north, ['nothing', 'redirect', 'redirect', 'redirect']);
  const sent = willing.filter(({ status }) => status === 307);
  expect(sent.length).toBeGreaterThan(0);
  const { location, 'ringlet-island': island } = sent[0]!.headers;
  expect([location, island]).toEqual([`${south}/objects/far`, 'south']);
  expect((await fetch(location!)).status).toBe(200);
  expect(other!.text).toBe('x');
});

test('nobody is sent to an island that asks for a token, which is not theirs', async () => {
  const south = await start('south', { AUTH_TOKEN: TOKEN });
  const north = await startNorth(south.replace('//', `//${TOKEN}@`));
  await request(south).put('/objects/far').set('Authorization', `Bearer ${TOKEN}`).send('x').expect(201);
  for (const { status, headers, text } of await readInTheCrowd(north, ['redirect', 'redirect', 'redirect'])) {
    expect([status, text, headers['ringlet-island']]).toEqual([200, 'x', 'south']);
    expect(JSON.stringify(headers)).not.toContain(TOKEN);
  }
});
