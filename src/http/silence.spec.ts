import { expect, test } from '@jest/globals';
import type { Socket } from 'node:net';

import { SilenceWatch } from './silence.js';

interface FakeSocket {
  bytesRead: number;
  bytesWritten: number;
  writableLength: number;
  _httpMessage: object | null;
  isDestroyed: boolean;
  destroy: () => void;
}

function open(given: Partial<FakeSocket>): FakeSocket {
  const socket: FakeSocket = {
    bytesRead: 10,
    bytesWritten: 10,
    writableLength: 0,
    _httpMessage: null,
    isDestroyed: false,
    ...given,
    destroy: () => {
      socket.isDestroyed = true;
    },
  };
  return socket;
}

const LIMITS = { keepAliveMs: 600, silenceMs: 300 };
const lookAt = (watch: SilenceWatch, socket: FakeSocket, now: number): boolean => {
  watch.look([socket as unknown as Socket], now);
  return socket.isDestroyed;
};

test('a connection without a request is let go when it was idle for long enough', () => {
  const [watch, socket] = [new SilenceWatch(LIMITS), open({})];
  expect(lookAt(watch, socket, 0)).toBe(false);
  expect(lookAt(watch, socket, 599)).toBe(false);
  socket.bytesRead++;
  expect(lookAt(watch, socket, 600)).toBe(false);
  expect(lookAt(watch, socket, 1200)).toBe(true);
});

test('a client that does not read is let go earlier, one that reads slowly is not', () => {
  const watch = new SilenceWatch(LIMITS);
  const stuck = open({ writableLength: 5, _httpMessage: {} });
  const slow = open({ writableLength: 5, _httpMessage: {} });
  for (let now = 0; now <= 300; now += 100) {
    slow.writableLength--;
    lookAt(watch, stuck, now);
    lookAt(watch, slow, now);
  }
  expect([stuck.isDestroyed, slow.isDestroyed]).toEqual([true, false]);
});

test('a client that does not read is let go even if it goes on sending', () => {
  const watch = new SilenceWatch(LIMITS);
  const stuck = open({ writableLength: 5, _httpMessage: {} });
  for (let now = 0; now <= 300; now += 100) {
    stuck.bytesRead++;
    lookAt(watch, stuck, now);
  }
  expect(stuck.isDestroyed).toBe(true);
});

test('a request that the ring is working on takes its time', () => {
  const [watch, socket] = [new SilenceWatch(LIMITS), open({ _httpMessage: {} })];
  lookAt(watch, socket, 0);
  expect(lookAt(watch, socket, 1_000_000)).toBe(false);
});

test('it looks often enough', () => {
  expect(new SilenceWatch(LIMITS).everyMs).toBe(50);
});
