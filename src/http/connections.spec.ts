import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { Connections } from './connections.js';
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from './limits.js';

const DRAIN_MS = 1000;
const SOON_MS = 50;
const LIMITS: HttpLimits = { ...DEFAULT_HTTP_LIMITS, drainMs: DRAIN_MS, lingerMs: 0 };

/** A server with a request that it has not answered, and who waits for that. */
async function waiting(limits: HttpLimits) {
  const server = createServer().listen(0, '127.0.0.1');
  const connections = new Connections(server, limits);
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  return { connections, client, response };
}

test('what is waited for twice has the time once', async () => {
  const { connections, response } = await waiting(LIMITS);
  const since = performance.now();
  await connections.settle();
  expect(performance.now() - since).toBeGreaterThanOrEqual(DRAIN_MS - 1);
  expect(response.destroyed).toBe(false);
  await connections.drain();
  expect(performance.now() - since).toBeLessThan(2 * DRAIN_MS);
});

test('who was only just refused has time to read that', async () => {
  const { connections, client, response } = await waiting({ ...LIMITS, drainMs: 1 });
  await connections.settle();
  const drained = connections.drain();
  setTimeout(() => response.writeHead(503).end(), SOON_MS);
  const [answer] = (await once(client, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1.1 503 /);
  await drained;
});
