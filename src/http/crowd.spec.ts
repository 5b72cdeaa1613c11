import { beforeEach, describe, expect, it } from '@jest/globals';
import { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

import type { RingService } from '../ring/index.js';
import type { Answers } from './answers.js';
import { Crowd } from './crowd.js';
import type { LeastLoaded } from './least-loaded.js';
import type { Shutdown } from './shutdown.js';

const MIB = 2 ** 20;
const maxInFlight = 200;
const LARGE = { 'content-length': String(MIB) };
/** Of each 128 KiB are counted. */
const MOST_LARGE = 1024;

describe('requests that wait for their turn', () => {
  let crowd: Crowd;
  let refused: string[];
  let working: EventEmitter[];

  beforeEach(() => {
    refused = [];
    working = [];
    crowd = new Crowd(
      {
        problem: (_request: unknown, _response: unknown, code: string) => refused.push(code),
      } as unknown as Answers,
      { isDraining: false, begun: new Promise<void>(() => undefined) } as unknown as Shutdown,
      {} as LeastLoaded,
      { tellLoad: () => undefined } as unknown as RingService,
      { maxInFlight },
    );
    take(maxInFlight, {});
  });

  function take(count: number, headers: IncomingHttpHeaders): void {
    for (let number = 0; number < count; number++) {
      const response = new EventEmitter();
      const work = () => working.push(response);
      crowd.take({ url: '/', headers } as IncomingMessage, response as ServerResponse, work);
    }
  }

  it('are ten for each that is worked on, when their bodies are small', () => {
    take(10 * maxInFlight + 1, { 'content-length': '1024' });
    expect([crowd.waitingCount, refused]).toEqual([10 * maxInFlight, ['saturated']]);
  });

  it.each<[string, IncomingHttpHeaders]>([
    ['are large', LARGE],
    ['do not tell their length', { 'transfer-encoding': 'chunked' }],
  ])('are fewer when their bodies %s', (_, headers) => {
    take(MOST_LARGE + 1, headers);
    expect([crowd.waitingCount, refused]).toEqual([MOST_LARGE, ['saturated']]);
    take(1, {});
    expect(crowd.waitingCount).toBe(MOST_LARGE + 1);
  });

  it('leave room for others when it is their turn', () => {
    take(MOST_LARGE, LARGE);
    working[0]!.emit('close');
    expect(working.length).toBe(maxInFlight + 1);
    take(2, LARGE);
    expect([crowd.waitingCount, refused]).toEqual([MOST_LARGE, ['saturated']]);
  });
});
