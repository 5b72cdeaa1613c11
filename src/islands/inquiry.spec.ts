import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';

import { HELD_BODY_BYTES } from '../objects/index.js';
import type { Caller } from './caller.js';
import { Inquirer, type Reply } from './inquiry.js';
import { GOOD_HEADERS } from './testing/heads.js';

const ISLAND = { id: '00000000000a', name: 'north', origins: ['n'] };
const DEADLINE_MS = 60;

const LONG_BYTES = HELD_BODY_BYTES + 1;

let messages: PassThrough[];
let message: PassThrough;
let size: number;
let inquirer: Inquirer;

beforeEach(() => {
  messages = [];
  inquirer = new Inquirer({ ask: () => Promise.resolve(answer()) } as unknown as Caller);
});
afterEach(() => {
  for (const each of messages) each.destroy();
});

/** The head of a body, of which only what is written comes. */
function answer(): IncomingMessage {
  message = new PassThrough();
  messages.push(message);
  const headers = { ...GOOD_HEADERS, 'content-length': String(size) };
  return Object.assign(message, { statusCode: 200, headers }) as unknown as IncomingMessage;
}

function ask(ofSize: number): Promise<Reply> {
  size = ofSize;
  return inquirer.ask(ISLAND, { method: 'GET', key: 'k', headers: {}, deadlineMs: DEADLINE_MS });
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
  expect(await ask(LONG_BYTES)).toMatchObject({ kind: 'stream', message });
});

test('of longer ones so many are read at once that some connections are left for questions', async () => {
  for (let number = 0; number < 192; number++)
    expect(await ask(LONG_BYTES)).toMatchObject({ kind: 'stream' });
  expect(await ask(LONG_BYTES)).toMatchObject({ kind: 'failure', error: { kind: 'busy' } });
  expect(message.destroyed).toBe(true);
  const short = ask(5);
  message.end('hello');
  expect(await short).toMatchObject({ kind: 'whole' });
  messages[0]!.destroy();
  await once(messages[0]!, 'close');
  expect(await ask(LONG_BYTES)).toMatchObject({ kind: 'stream' });
});
