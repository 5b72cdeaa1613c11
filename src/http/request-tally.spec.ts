import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { describe, expect, test } from '@jest/globals';

import { BOUNDS_MS, COUNTED_ENDS, COUNTED_METHODS, RequestTally, TIMED_GETS } from './request-tally.js';

class FakeResponse extends EventEmitter {
  writableEnded = false;
  headersSent = false;
  statusCode = 200;

  end(statusCode: number): this {
    this.statusCode = statusCode;
    this.headersSent = true;
    this.writableEnded = true;
    return this;
  }
}

function take(
  tally: RequestTally,
  method: string,
  response: FakeResponse,
  isObject = false,
  tookMs = 0,
): void {
  const request = { method } as IncomingMessage;
  const startedAt = tally.begin(request, isObject);
  const earlier = tookMs === 0 ? startedAt : startedAt - tookMs;
  tally.take(request, response as unknown as ServerResponse, earlier);
}

const counted = (tally: RequestTally) =>
  COUNTED_METHODS.flatMap((method, row) =>
    COUNTED_ENDS.map((end, column) => `${method} ${end} ${tally.count(row, column)}`),
  ).filter((text) => !text.endsWith(' 0'));

describe('requests', () => {
  test('that are answered at once count at once, by method and class', () => {
    const tally = new RequestTally();
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'POST', 'OPTIONS', 'BREW', 'GET'])
      take(tally, method, new FakeResponse().end(200));
    take(tally, 'GET', new FakeResponse().end(304));
    take(tally, 'PUT', new FakeResponse().end(507));
    expect(counted(tally)).toEqual([
      'GET 2xx 2',
      'GET 3xx 1',
      'HEAD 2xx 1',
      'PUT 2xx 1',
      'PUT 5xx 1',
      'DELETE 2xx 1',
      'POST 2xx 1',
      'OPTIONS 2xx 1',
      'other 2xx 1',
    ]);
    expect(tally.inFlight).toBe(0);
  });

  test('that take longer count when they are over', () => {
    const tally = new RequestTally();
    const response = new FakeResponse();
    take(tally, 'PUT', response);
    expect([counted(tally), tally.inFlight]).toEqual([[], 1]);
    response.end(201).emit('close');
    expect([counted(tally), tally.inFlight, tally.answered]).toEqual([['PUT 2xx 1'], 0, 1]);
  });

  test('whose client goes before the answer are aborted', () => {
    const tally = new RequestTally();
    const response = new FakeResponse();
    take(tally, 'PUT', response);
    response.emit('close');
    expect(counted(tally)).toEqual(['PUT aborted 1']);
  });
});

describe('times', () => {
  test('are kept of objects alone', () => {
    const tally = new RequestTally();
    take(tally, 'GET', new FakeResponse().end(200));
    expect(tally.timesOf(0).sumMs).toBe(0);
    expect([...tally.timesOf(0).buckets].every((count) => count === 0)).toBe(true);
  });

  test('are taken of one GET in many, the first among them, and of all else', () => {
    const tally = new RequestTally();
    for (const method of ['GET', 'HEAD'])
      for (let count = 0; count <= TIMED_GETS; count++)
        take(tally, method, new FakeResponse().end(200), true);
    const timed = [0, 1].map((row) => tally.timesOf(row).buckets.reduce((sum, count) => sum + count));
    expect(timed).toEqual([2, TIMED_GETS + 1]);
    expect(tally.count(0, 2)).toBe(TIMED_GETS + 1);
  });

  test('go to the first bound that is not below them, and beyond all to the last', () => {
    const tally = new RequestTally();
    for (const tookMs of [30, 30, 20_000]) take(tally, 'DELETE', new FakeResponse().end(204), true, tookMs);
    const { buckets, sumMs } = tally.timesOf(COUNTED_METHODS.indexOf('DELETE'));
    expect(buckets).toHaveLength(BOUNDS_MS.length + 1);
    expect(buckets[BOUNDS_MS.indexOf(50)]).toBe(2);
    expect(buckets.at(-1)).toBe(1);
    expect(sumMs).toBeGreaterThanOrEqual(20_060);
    expect([...tally.timesOf(0).buckets].some((count) => count > 0)).toBe(false);
  });
});
