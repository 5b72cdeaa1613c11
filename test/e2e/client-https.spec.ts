import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { RingletClient, RingletError } from '../../src/client/index.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { CERT, KEY } from '../support/tls/index.js';

const TOKEN = 'sesame';
const ca = readFileSync(CERT);
const clients: RingletClient[] = [];
let ring: TestRing;

beforeAll(async () => {
  ring = await startRing(2, { environment: { TLS_CERT: CERT, TLS_KEY: KEY, AUTH_TOKEN: TOKEN } });
});
afterAll(async () => {
  for (const client of clients) client.close();
  await ring.stop();
});

function clientWith(options: object): RingletClient {
  const client = new RingletClient({ servers: ring.urls[1]!, deadlineMs: 1000, ...options });
  clients.push(client);
  return client;
}

test('a certificate is trusted, and a token sent', async () => {
  const client = clientWith({ ca, token: TOKEN });
  await client.put('k', 'secret');
  expect(await (await client.get('k'))!.text()).toBe('secret');
  expect((await client.ring()).members).toHaveLength(2);
});

test('without the token a write is refused, once and for all', async () => {
  const failure = await clientWith({ ca })
    .put('k', '')
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RingletError);
  expect(failure).toMatchObject({ kind: 'unauthorized', code: 'unauthorized', status: 401 });
});

test('a certificate that nobody trusts is named', async () => {
  const failure = await clientWith({ token: TOKEN })
    .put('k', '')
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  });
});
