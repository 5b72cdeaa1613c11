import { afterEach, expect, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';

import { HELD_BODY_BYTES } from '../objects/index.js';
import type { Caller } from './caller.js';
import { Inquirer, type Reply } from './inquiry.js';
import { GOOD_HEADERS } from './testing/heads.js';

const ISLAND = { id: '00000000000a', name: 'north', origins: ['n'] };
const DEADLINE_MS = 60;

let message: PassThrough;
afterEach(() => void message.destroy());

/** An island that answers at once with the head of a body, of which only what is written comes. */
function ask(size: number): Promise<Reply> {
  message = new PassThrough();
  const headers = { ...GOOD_HEADERS, 'content-length': String(size) };
  Object.assign(message, { statusCode: 200, headers });
  const caller = { ask: () => Promise.resolve(message as unknown as IncomingMessage) };
  const question = { method: 'GET' as const, key: 'k', headers: {}, deadlineMs: DEADLINE_MS };
  return new Inquirer(caller as unknown as Caller).ask(ISLAND, question);
}

test('a short body has to come within the deadline, however steadily it comes', async () => {
  const reply = ask(HELD_BODY_BYTES);
  const since = performance.now();
  const timer = setInterval(() => message.write(Buffer.alloc(1024)), 5);
  message.once('close', () => clearInterval(timer));
  const error = { kind: 'late', message: 'it did not send all of its answer in time' };
  expect(await reply).toMatchObject({ kind: 'failure', island: ISLAND, error });
  expect(performance.now() - since).toBeLessThan(10 * DEADLINE_MS);
  expect(message.destroyed).toBe(true);
});

test('a short body that has come is part of the reply', async () => {
  const reply = ask(5);
  message.end('hello');
  expect(await reply).toMatchObject({ kind: 'whole', body: Buffer.from('hello') });
});

test('a longer one is passed on as it comes', async () => {
  expect(await ask(HELD_BODY_BYTES + 1)).toMatchObject({ kind: 'stream', message });
});
