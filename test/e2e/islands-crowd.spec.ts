import { afterEach, beforeEach, expect, test } from '@jest/globals';
import request from 'supertest';

import { Archipelago } from '../support/islands/archipelago.js';
import { until } from '../support/rings/until.js';
import { Wire } from '../support/rings/wire.js';

const MOST = 2;

let sea: Archipelago;
beforeEach(async () => {
  sea = await Archipelago.start({ north: { environment: { MAX_IN_FLIGHT: String(MOST) } }, south: {} });
  await sea.acquainted();
});
afterEach(() => sea.stop());

test('while all of a ring has enough to do, willing clients ask a named island themselves', async () => {
  const north = sea.url('north');
  await request(sea.url('south')).put('/objects/far').send('x').expect(201);
  const wires = Array.from({ length: MOST }, (_, index) =>
    new Wire(north).send(
      `PUT /objects/slow${index} HTTP/1.1`,
      'Host: x',
      'Content-Length: 1',
      'Expect: 100-continue',
    ),
  );
  for (const wire of wires) await wire.until(/ 100 /);
  const get = (prefer: string) =>
    request(north)
      .get('/objects/islands/south/far')
      .set('Prefer', prefer)
      .redirects(0)
      .then((answer) => answer);
  const willing = [get('redirect'), get('redirect'), get('redirect')];
  const other = get('nothing');
  await until('they wait', async () => {
    const { text } = await request(north).get('/metrics');
    return text.includes('\nringlet_http_requests_waiting 4\n');
  });
  for (const wire of wires) wire.sendBody('x');
  const sent = (await Promise.all(willing)).filter(({ status }) => status === 307);
  expect(sent.length).toBeGreaterThan(0);
  const { location, 'ringlet-island': island } = sent[0]!.headers;
  expect([location, island]).toEqual([`${sea.isle('south').doors[0]!.url}/objects/far`, 'south']);
  expect((await fetch(location!)).status).toBe(200);
  expect((await other).text).toBe('x');
});
