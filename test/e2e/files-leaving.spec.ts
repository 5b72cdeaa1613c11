import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { bytesOf } from '../support/rings/large.js';
import { type Sharer, SharingRing } from '../support/rings/sharing-ring.js';
import { until } from '../support/rings/until.js';

/** More than what may be kept beside the objects, and than sockets and the ring take ahead of a reader. */
const LARGE = bytesOf(32 * 2 ** 20);

let ring: SharingRing;
let stays: Sharer;
let leaves: Sharer;

beforeEach(async () => {
  ring = new SharingRing(2, { MEMORY_LIMIT: '16MiB', SUSPECT_AFTER_MS: '2000' });
  [stays, leaves] = ring.sharers as [Sharer, Sharer];
  leaves.write('large', LARGE);
  leaves.write('small', 'x');
  await ring.start();
  await until('all is listed', async () => (await stays.list()).length === 2);
});
afterEach(() => ring.end());

test('A server that leaves gives who reads one of its files the rest, and the next one', async () => {
  const reading = get(stays.url('large'));
  const [message] = (await once(reading, 'response')) as [IncomingMessage];
  const chunks = message[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const read: Buffer[] = [(await chunks.next()).value as Buffer];
  const left = leaves.home.leave();
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) read.push(next.value);
  expect(Buffer.concat(read).equals(LARGE)).toBe(true);
  expect(await stays.read('small')).toBe('x');
  await left;
  await until('it has taken its files along', async () => (await stays.read('small')) === '404');
});

test('One that nobody reads from leaves at once', async () => {
  expect(await stays.read('small')).toBe('x');
  const since = performance.now();
  await leaves.home.leave();
  expect(performance.now() - since).toBeLessThan(4_000);
});
