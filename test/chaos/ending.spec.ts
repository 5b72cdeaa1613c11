/* The end of a real process in the middle of what takes longer than it has: a reader goes on elsewhere, and a second signal waits for nothing. */
import { afterEach, expect, test } from '@jest/globals';

import { RingletClient } from '../../src/client/index.js';
import { describeExit } from '../../src/lab/server-process.js';
import { ServerRing } from '../support/processes/index.js';
import type { ServerProcess } from '../support/processes/index.js';
import { Wire } from '../support/rings/wire.js';

const END_MS = 20_000;
/** More than the connections between hold. */
const BODY = Buffer.alloc(40_000_000, 'ringlet ');

let ring: ServerRing;
afterEach(async () => {
  await ring.end();
  ring.removeLogs();
});

const urlOf = ({ place }: ServerProcess): string => `http://${place.host}:${place.port}`;

test('a body that cannot be read in time is read on at another server', async () => {
  ring = await ServerRing.start(2, { settings: { DRAIN_TIMEOUT: '500ms' } });
  const [other, leaver] = ring.servers as [ServerProcess, ServerProcess];
  const client = new RingletClient({ servers: [urlOf(leaver), urlOf(other)], discover: false });
  await client.put('large', BODY);
  const reader = await client.get('large');
  const exit = await leaver.stop(END_MS);
  expect(describeExit(exit!)).toBe('exit code 0');
  expect(BODY.equals(await reader!.bytes())).toBe(true);
  client.close();
}, 60_000);

test('a second signal ends it at once', async () => {
  ring = await ServerRing.start(1, { settings: { DRAIN_TIMEOUT: '60s' } });
  const [server] = ring.servers as [ServerProcess];
  const wire = new Wire(urlOf(server));
  wire.send('PUT /objects/slow HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Expect: 100-continue');
  await wire.until(/ 100 /);
  const first = server.stop(END_MS);
  const ready = await fetch(`${urlOf(server)}/health/ready`);
  expect([ready.status, (await ready.json()) as object]).toMatchObject([503, { reason: 'draining' }]);
  expect(server.alive).toBe(true);
  void server.stop(END_MS);
  expect(describeExit((await first)!)).toBe('exit code 143');
}, 60_000);
