import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { RingletClient } from './client.js';
import { EventParser } from './event-parser.js';
import type { WatchEvent } from './events.js';
import { fakeRing, type FakeServer, type Handler } from './testing/fake-server.js';
import { toWatchEvent } from './watch-event.js';

let servers: FakeServer[];
let client: RingletClient;

beforeEach(async () => {
  servers = await fakeRing('first', 'second');
  client = new RingletClient({ servers: servers[0]!.url, attemptMs: 1000 });
});
afterEach(() => {
  client.close();
  for (const server of servers) server.stop();
});

function tells(...texts: string[]): Handler {
  return (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    for (const text of texts) response.write(text);
  };
}

async function take(count: number, events: AsyncGenerator<WatchEvent>): Promise<WatchEvent[]> {
  const taken: WatchEvent[] = [];
  for await (const event of events) if (taken.push(event) === count) break;
  return taken;
}

test('events are read however they are cut into pieces', () => {
  const text = 'retry: 1000\nid: 4\n\nevent: delete\nid: 5\ndata: {"key":"ü","revision":5}\n\n';
  for (let bytes = 1; bytes < text.length; bytes++) {
    const parser = new EventParser();
    const events = Array.from({ length: Math.ceil(text.length / bytes) }, (_, index) =>
      parser.feed(text.slice(index * bytes, (index + 1) * bytes)),
    ).flat();
    expect(events).toEqual([
      { type: '', id: '4', data: '' },
      { type: 'delete', id: '5', data: '{"key":"ü","revision":5}' },
    ]);
  }
});

test('an event without an end is not waited for', () => {
  expect(() => new EventParser().feed('x'.repeat(1_100_000))).toThrow(
    expect.objectContaining({ code: 'bad_answer' }),
  );
});

test.each([
  ['put', { key: 'k', revision: 3, type: 'text/x' }, { key: 'k', revision: 3, contentType: 'text/x' }],
  [
    'joined',
    { id: 'f00', name: 's1', url: 'u', view: 2 },
    { server: 's1', member: 'f00', url: 'u', view: 2 },
  ],
  ['conflict', { key: 'k', type: 'x', deleted: false }, { key: 'k', contentType: 'x', deleted: false }],
  ['gap', { revision: 9 }, { revision: 9 }],
])('%s is told by its own name', (type, told, expected) => {
  expect(toWatchEvent({ type, id: '7', data: JSON.stringify(told) })).toEqual({ type, id: 7, ...expected });
});

test('a conflict that was settled is an event of its own, and what is new here is passed over', () => {
  const data = JSON.stringify({ key: 'k', revision: 9, of: 4, settled: true });
  expect(toWatchEvent({ type: 'conflict', id: '9', data })).toEqual({
    type: 'settled',
    id: 9,
    key: 'k',
    revision: 9,
    of: 4,
  });
  expect(toWatchEvent({ type: 'newer', id: '9', data: '?' })).toBeNull();
});

const event = (id: number): string => `event: delete\nid: ${id}\ndata: {"key":"k","revision":${id}}\n\n`;

test('a stream that ends goes on at another server, behind what was told, also when that was no event', async () => {
  for (const server of servers)
    server.handler = (request, response) => {
      const id = Number(request.headers['last-event-id'] ?? 4);
      tells(`id: ${id}\n\n`, id === 4 ? '' : event(id))(request, response);
      response.end(id === 4 ? 'id: 7\n\n' : event(id + 1));
    };
  const told = await take(4, client.watch({ prefix: 'a b' }));
  expect(told.map(({ id }) => id)).toEqual([7, 8, 8, 9]);
  const seen = servers.flatMap((server) => server.seen);
  expect(new Set(seen.map(({ path }) => path))).toEqual(new Set(['/events?prefix=a%20b']));
  expect(seen.map(({ headers }) => headers['last-event-id'] ?? '').toSorted()).toEqual(['', '7', '8']);
  expect(servers.map((server) => server.seen.length).toSorted()).toEqual([1, 2]);
});

test('a stream whose server hangs is given up, and one that is only silent is not', async () => {
  const silent = tells('event: gap\nid: 1\ndata: {"revision":1}\n\n');
  for (const server of servers) server.handler = silent;
  const events = client.watch();
  await events.next();
  const [used, other] = servers[0]!.seen.length > 0 ? servers : servers.toReversed();
  const next = events.next();
  used!.isHung = true;
  await next;
  expect(other!.seen.map(({ headers }) => headers['last-event-id'])).toEqual(['1']);
  await events.return();
}, 10_000);

test('a watch that finds no server any more says so', async () => {
  servers[0]!.handler = (_request, response) => void response.end('id: 4\n\n');
  servers[1]!.handler = servers[0]!.handler;
  const next = client.watch({ deadlineMs: 300 }).next();
  for (const server of servers) server.stop();
  await expect(next).rejects.toMatchObject({ code: 'unreachable' });
});
