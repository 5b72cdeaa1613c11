import { afterEach, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';

import { exchange } from './write-request.js';

afterEach(() => void jest.useRealTimers());

test('an answer is not waited for longer than half a minute once all is sent, whatever moves', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  const request = Object.assign(new PassThrough(), { method: 'DELETE', complete: true });
  const outgoing = Object.assign(new PassThrough(), { setTimeout: () => undefined });
  const answer = exchange(request as unknown as IncomingMessage, outgoing as unknown as ClientRequest);
  await once(outgoing, 'finish');
  jest.advanceTimersByTime(30_000);
  await expect(answer).rejects.toMatchObject({ kind: 'late' });
});
