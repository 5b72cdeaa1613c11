import { beforeEach, describe, expect, test } from '@jest/globals';

import { EventStream } from './event-stream.js';
import { ChangeTexts } from './event-text.js';
import type { History } from './history.js';
import { heartbeat, type Notice } from './notice.js';
import { FakeSink, historyOf, record, reportOf } from './testing/fixtures.js';

const JOINED: Notice = { name: 'joined', data: '{}' };

let sink: FakeSink;
beforeEach(() => {
  sink = new FakeSink();
});

function open(history: History, position: number, prefix = ''): EventStream {
  return new EventStream(sink, history, new ChangeTexts(history), prefix, position, 1000);
}

function commit(history: History, count: number): void {
  for (let made = 0; made < count; made++) history.append(record(history.last + 1));
}

describe('a reader that keeps up', () => {
  test('is told what it missed and what is new, each once and in order', () => {
    const history = historyOf(4);
    const stream = open(history, 2);
    stream.advance();
    expect(sink.told()).toEqual(['put 3', 'put 4']);
    commit(history, 1);
    stream.advance();
    stream.advance();
    expect(sink.told()).toEqual(['put 5']);
  });

  test('is told of its keys only, and a heartbeat takes it past the others', () => {
    const history = historyOf(12);
    const stream = open(history, 0, 'k1');
    stream.advance();
    expect(sink.told()).toEqual(['put 1', 'put 10', 'put 11', 'put 12']);
    history.append(record(13, { key: 'other' }));
    history.append(record(14, { kind: 'refusal', key: 'k1' }));
    stream.beat(heartbeat(14, reportOf([])));
    stream.advance();
    expect(sink.told()).toEqual(['heartbeat 14']);
  });

  test('is told of members between what was committed before and after', () => {
    const history = historyOf(0);
    const stream = open(history, 0);
    commit(history, 2);
    stream.add(JOINED);
    commit(history, 1);
    stream.advance();
    expect(sink.told()).toEqual(['put 1', 'put 2', 'joined 2', 'put 3']);
  });

  test('that is ahead is not told again what it knows, and keeps its id', () => {
    const history = historyOf(2);
    const stream = open(history, 4);
    expect(stream.isAhead).toBe(true);
    stream.add(JOINED);
    commit(history, 3);
    stream.advance();
    expect(sink.told()).toEqual(['joined 4', 'put 5']);
    expect(stream.isAhead).toBe(false);
  });
});

describe('a gap', () => {
  test('is told when the history begins later; then come new changes only', () => {
    const history = historyOf(20, 10);
    const stream = open(history, 9);
    stream.advance();
    expect(sink.told()).toEqual(['gap 20']);
    commit(history, 1);
    stream.advance();
    expect(sink.told()).toEqual(['put 21']);
  });

  test('is not told when everything after the position is just there', () => {
    open(historyOf(20, 10), 10).advance();
    expect(sink.told()).toHaveLength(10);
  });

  test('is told to a reader that lost its place', () => {
    const stream = open(historyOf(2), 9);
    stream.lose();
    stream.advance();
    expect(sink.told()).toEqual(['gap 2']);
  });
});

describe('a slow reader', () => {
  test('is handed no more than a chunk, and the rest when it reads', () => {
    const history = historyOf(5000, 5000);
    sink.isReading = false;
    const stream = open(history, 0);
    const told: string[] = [];
    for (let chunks = 0; chunks < 20; chunks++) {
      sink.drain(false);
      const chunk = sink.told();
      expect(chunk.length).toBeLessThan(1000);
      told.push(...chunk);
    }
    expect(told).toEqual(Array.from({ length: 5000 }, (_, index) => `put ${index + 1}`));
    sink.drain();
    commit(history, 1);
    stream.advance();
    expect([sink.state, sink.told()]).toEqual(['open', ['put 5001']]);
  });

  test('is told where it left off, with no beats for the time between', () => {
    const history = historyOf(1);
    sink.isReading = false;
    const stream = open(history, 1);
    commit(history, 2);
    stream.beat(heartbeat(3, reportOf([])));
    stream.add(JOINED);
    commit(history, 1);
    stream.advance();
    expect(sink.told()).toEqual([]);
    sink.drain();
    expect(sink.told()).toEqual(['put 2', 'put 3', 'joined 3', 'put 4']);
  });

  test('is let go when the history has moved on past it', () => {
    const history = historyOf(0, 10);
    sink.isReading = false;
    const stream = open(history, 0);
    commit(history, 10);
    stream.advance();
    expect(sink.state).toBe('open');
    commit(history, 1);
    stream.advance();
    expect(sink.state).toBe('destroyed');
    sink.drain();
    expect(sink.told()).toEqual([]);
  });

  test('is let go when too many notices wait for it', () => {
    sink.isReading = false;
    const stream = open(historyOf(0), 0);
    for (let count = 0; count < 257; count++) stream.add(JOINED);
    stream.advance();
    expect(sink.state).toBe('destroyed');
  });
});

describe('the end', () => {
  test('lets a reader have what it was sent', () => {
    const history = historyOf(0);
    const stream = open(history, 0);
    stream.end();
    commit(history, 1);
    stream.advance();
    expect([sink.state, sink.told()]).toEqual(['ended', []]);
  });

  test('does not wait for one that does not read', () => {
    sink.isReading = false;
    open(historyOf(0), 0).end();
    expect(sink.state).toBe('destroyed');
  });
});
