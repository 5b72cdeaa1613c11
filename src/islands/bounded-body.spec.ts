import { afterEach, expect, jest, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';

import { exactBody, pacedBody } from './bounded-body.js';

afterEach(() => void jest.useRealTimers());

test('a body that came fast and then comes no more is given up in half a minute', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  const message = new PassThrough({ highWaterMark: 2 ** 21 });
  const chunks = pacedBody(message as unknown as IncomingMessage);
  message.write(Buffer.alloc(2 ** 20));
  expect((await chunks.next()).value).toHaveLength(2 ** 20);
  const more = chunks.next();
  jest.advanceTimersByTime(30_000);
  await expect(more).rejects.toMatchObject({ kind: 'late' });
});

test('a body that ends early without an error is no whole one', async () => {
  const message = new PassThrough();
  message.end('short');
  const chunks = exactBody(message as unknown as IncomingMessage, 6);
  expect((await chunks.next()).value).toHaveLength(5);
  await expect(chunks.next()).rejects.toMatchObject({ kind: 'broken' });
});
