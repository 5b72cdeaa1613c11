import type { IncomingMessage, ServerResponse } from 'node:http';

import { expect, it } from '@jest/globals';

import type { RingService } from '../ring/index.js';
import type { Access } from './access.js';
import type { Answers } from './answers.js';
import { Gate } from './gate.js';

it('turns clients away from a storage server also before its ring is started', () => {
  const codes: string[] = [];
  const answers = { problem: (_request: unknown, _response: unknown, code: string) => codes.push(code) };
  const ring = {
    isRunning: false,
    status() {
      throw new Error('the ring has not been started');
    },
  };
  const gate = new Gate(
    { isOpen: true, refusal: () => null } as unknown as Access,
    answers as unknown as Answers,
    ring as unknown as RingService,
    { corsOrigins: [], role: 'storage' },
  );
  const admits = (url: string) =>
    gate.admits({ url, headers: {} } as unknown as IncomingMessage, {} as ServerResponse);
  expect([admits('/objects/k'), admits('/health/ready')]).toEqual([false, true]);
  expect(codes).toEqual(['not_serving']);
});
