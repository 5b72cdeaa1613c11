import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import { BodyPace } from './pace.js';

const LIMITS = { requestMs: 1000, bodyBytesPerSecond: 100, checkMs: 10_000 };

class FakeRequest extends EventEmitter {
  headers: Record<string, string> = { 'content-length': '1000' };
  complete = false;
  destroyed = false;
  readableFlowing: boolean | null = true;
  socket = { bytesRead: 500 };
}

describe('the pace of a body', () => {
  let now: number;
  let letGo: Socket[];
  let pace: BodyPace;
  const watch = async (request: FakeRequest) => {
    pace.watch(request as unknown as IncomingMessage);
    await new Promise(process.nextTick);
  };
  /** Whether a look at this time lets a client go. */
  const lateAt = (time: number): boolean => {
    now = time;
    pace.look(now);
    return letGo.splice(0).length > 0;
  };
  const at = (time: number, action: () => void) => {
    now = time;
    action();
  };

  beforeEach(() => {
    now = 0;
    letGo = [];
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    pace = new BodyPace(LIMITS, (socket) => letGo.push(socket));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    lateAt(Number.MAX_SAFE_INTEGER);
  });

  test('has a time of grace, whatever comes', async () => {
    await watch(new FakeRequest());
    expect(lateAt(1000)).toBe(false);
    expect(lateAt(1001)).toBe(true);
    expect(lateAt(2000)).toBe(false);
  });

  test('earns time by its bytes', async () => {
    const request = new FakeRequest();
    await watch(request);
    request.socket.bytesRead += 200;
    expect(lateAt(3000)).toBe(false);
    expect(lateAt(3001)).toBe(true);
  });

  test('does not count while the server does not read', async () => {
    const request = new FakeRequest();
    await watch(request);
    at(500, () => request.emit('pause'));
    expect(lateAt(100_000)).toBe(false);
    at(100_000, () => request.emit('resume'));
    expect(lateAt(100_500)).toBe(false);
    expect(lateAt(100_501)).toBe(true);
  });

  test('counts from when the server begins to read', async () => {
    const request = new FakeRequest();
    request.readableFlowing = null;
    await watch(request);
    expect(lateAt(5000)).toBe(false);
    at(5000, () => request.emit('resume'));
    expect(lateAt(6000)).toBe(false);
    expect(lateAt(6001)).toBe(true);
  });

  test.each([
    ['has no body', (request: FakeRequest) => (request.headers = {})],
    ['is complete by the next turn', (request: FakeRequest) => (request.complete = true)],
  ])('is of no interest when a request %s', async (_what, change) => {
    const request = new FakeRequest();
    change(request);
    await watch(request);
    expect(request.listenerCount('close')).toBe(0);
    expect(lateAt(5000)).toBe(false);
  });

  test.each([
    ['complete', (request: FakeRequest) => (request.complete = true)],
    ['closed', (request: FakeRequest) => request.emit('close')],
  ])('is over once the body is %s', async (_what, end) => {
    const request = new FakeRequest();
    await watch(request);
    end(request);
    expect(lateAt(5000)).toBe(false);
  });
});
