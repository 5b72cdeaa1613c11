import { afterEach, beforeEach, expect, test } from '@jest/globals';
import request from 'supertest';

import type { RingletServer } from '../../src/server.js';
import { EventSource } from '../../src/watch/testing/event-source.js';
import { Archipelago, islandsOf, isUp } from '../support/islands/archipelago.js';
import { until } from '../support/rings/until.js';
import { Wire } from '../support/rings/wire.js';

/** A look is never further off, and far less than the time that a leaver takes here. */
const AT_ONCE_MS = 1_500;
const DRAIN_TIMEOUT = '10s';

let sea: Archipelago;
let events: EventSource;

beforeEach(async () => {
  sea = await Archipelago.start({ north: { size: 2, environment: { DRAIN_TIMEOUT } }, south: {} });
  await sea.acquainted();
  events = await EventSource.open(`${sea.url('south')}/events`);
});
afterEach(async () => {
  events.close();
  await sea.stop();
});

/** It is told to end while a request is under way, which keeps it there. Answers what lets it go. */
async function beginToEnd(server: RingletServer): Promise<() => Promise<void>> {
  const wire = new Wire(server.identity.url);
  wire.send('PUT /objects/slow HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Expect: 100-continue');
  await wire.until(/ 100 /);
  const ended = server.stop();
  const { body } = await request(server.identity.url).get('/ring').expect(200);
  expect(body.state).toBe('leaving');
  return async () => {
    wire.sendBody('x');
    await ended;
  };
}

test('a server that is told to end tells other islands at once, which ask the next', async () => {
  const { ring, doors } = sea.isle('north');
  const south = sea.url('south');
  const [first, second] = ring.servers as [RingletServer, RingletServer];
  const since = performance.now();
  const goFirst = await beginToEnd(first);
  await until('the next is asked', async () => (await islandsOf(south))[0]!.url === doors[1]!.url);
  expect(performance.now() - since).toBeLessThan(AT_ONCE_MS);
  expect((await islandsOf(south))[0]!.lastError).toBe(`${doors[0]!.url}: it is leaving its ring`);
  await request(sea.url('north')).get('/objects/absent').expect(404);
  ring.forget(first);
  await goFirst();
  await until('one is left', async () => (await islandsOf(south))[0]!.members.length === 1);

  const goSecond = await beginToEnd(second);
  await until('the island is down', async () => !(await isUp(south, 'north')));
  ring.forget(second);
  await goSecond();
  const { data } = await events.find('island-down');
  expect(data).toEqual({
    name: 'north',
    id: expect.stringMatching(/^[0-9a-f]{12}$/),
    members: 1,
    reason: `${doors[1]!.url}: it is leaving its ring`,
  });
});
