import { EventEmitter } from 'node:events';

import { beforeEach, expect, test } from '@jest/globals';

import { listenForEnd } from './keys.js';
import { JsonView, PlainView } from './plain-view.js';
import { ScreenView } from './screen-view.js';
import { gone, report, round, Steps, T0 } from './testing/fixtures.js';

const { state } = new Steps().take(round(T0, report('a', ['a', 'b'], T0, { gone: [gone('z', 'lost')] })));
const told = [{ kind: 'left', at: T0, server: 'z', view: 3, reason: 'lost' }] as const;

let lines: string[];
let isBehind: boolean;
const output = { write: (text: string) => void lines.push(text), isBehind: () => isBehind };
beforeEach(() => {
  lines = [];
  isBehind = false;
});

test('JSON has one document a line, with the fields that scripts rely on', () => {
  const view = new JsonView(output);
  view.happened(told);
  view.beat(state, T0 + 1000);
  expect(lines.every((line) => line.endsWith('}\n'))).toBe(true);
  const [left, a, b, z] = lines.map((line) => JSON.parse(line));
  expect(left).toEqual({
    time: '2026-03-01T12:00:00.000Z',
    event: 'left',
    server: 'z',
    view: 3,
    reason: 'lost',
  });
  expect(a).toEqual({
    time: '2026-03-01T12:00:01.000Z',
    event: 'heartbeat',
    server: 'a',
    url: 'http://a:8090',
    port: 8090,
    role: 'primary',
    state: 'up',
    heard: '2026-03-01T12:00:00.000Z',
    view: 3,
    revision: 7,
    requestsPerSecond: null,
    inFlight: 2,
  });
  expect(b).toMatchObject({ server: 'b', role: 'backup', heard: '2026-03-01T11:59:59.500Z', revision: null });
  expect(z).toMatchObject({ server: 'z', role: null, state: 'dead' });
});

test('plain lines tell of heartbeats now and then, and have no codes', () => {
  const view = new PlainView(output);
  view.happened(told);
  for (const seconds of [0, 1, 9, 10]) view.beat(state, T0 + seconds * 1000);
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(
    /heartbeats {3}a 8090 primary up \d\d:\d\d:\d\d \(0\.0 s\), revision 7; b 8090 backup up /,
  );
  expect(lines.join('')).not.toContain('\u001B');
});

test('who reads slowly misses heartbeats, and nothing that has happened', () => {
  isBehind = true;
  for (const view of [new JsonView(output), new PlainView(output)]) {
    view.beat(state, T0);
    view.happened(told);
  }
  expect(lines).toHaveLength(2);
});

class FakeScreen extends EventEmitter {
  columns = 80;
  rows = 10;
  text = '';
  write(text: string): void {
    this.text += text;
  }
}

test('a screen is drawn in the size that it has, and set back at the end', () => {
  const screen = new FakeScreen();
  const view = new ScreenView(screen, false, () => T0);
  expect(screen.text).toContain('Looking for a server');
  screen.text = '';
  Object.assign(screen, { columns: 12, rows: 3 });
  screen.emit('resize');
  expect(screen.text).toContain('Looking for…');
  view.end();
  expect(screen.text.endsWith('\u001B[?1049l')).toBe(true);
  expect(screen.listenerCount('resize')).toBe(0);
});

class FakeKeyboard extends EventEmitter {
  isTTY = true;
  raw: boolean[] = [];
  isPaused = true;
  setRawMode(isRaw: boolean): void {
    this.raw.push(isRaw);
  }
  resume(): void {
    this.isPaused = false;
  }
  pause(): void {
    this.isPaused = true;
  }
}

test.each([
  ['q', 1],
  ['Q', 1],
  ['\u0003', 1],
  ['x\u001B[A', 0],
])('the key %j ends %d times', (key, times) => {
  let ended = 0;
  const keyboard = new FakeKeyboard();
  const restore = listenForEnd(keyboard, () => ended++);
  keyboard.emit('data', Buffer.from(key));
  restore();
  keyboard.emit('data', 'q');
  expect([ended, keyboard.raw, keyboard.isPaused]).toEqual([times, [true, false], true]);
});

test('what is no terminal is not read', () => {
  const keyboard = Object.assign(new FakeKeyboard(), { isTTY: false });
  listenForEnd(keyboard, () => undefined)();
  expect([keyboard.raw, keyboard.isPaused, keyboard.listenerCount('data')]).toEqual([[], true, 0]);
});
