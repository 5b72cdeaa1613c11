import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { Subject } from 'rxjs';

import { type RingReports, Shutdown } from '../http/index.js';
import type { IslandChange, IslandsService } from '../islands/index.js';
import type { Outcome, ReplicaEvent, View } from '../replication/index.js';
import type { RingService } from '../ring/index.js';
import { DEFAULT_WATCH_OPTIONS } from './options.js';
import { FakeSink, record, reportOf, viewOf } from './testing/fixtures.js';
import { WatchService } from './watch.service.js';

const LATE: Outcome = { kind: 'unavailable', reason: 'timeout' };

/** What the service sees of the ring. */
class FakeRing {
  readonly events = new Subject<ReplicaEvent>();
  watermark = 0;
  barriers: ((outcome: Outcome) => void)[] = [];

  status(): { readonly watermark: number } {
    return this;
  }

  barrier(): Promise<Outcome> {
    return new Promise((resolve) => this.barriers.push(resolve));
  }

  enter(view: View, previous: View | null): void {
    this.events.next({ kind: 'view', view, previous, leavers: null });
  }

  commit(...revisions: readonly number[]): void {
    for (const revision of revisions) this.events.next({ kind: 'committed', record: record(revision) });
  }
}

/** A client that watches. */
class FakeResponse extends EventEmitter {
  readonly sink = new FakeSink();
  writeHead(): void {}
  write(text: string): boolean {
    return this.sink.write(text);
  }
  end(): void {
    this.sink.end();
    this.emit('close');
  }
  destroy(): void {
    this.sink.destroy();
    this.emit('close');
  }
}

let ring: FakeRing;
let changes: Subject<IslandChange>;
let shutdown: Shutdown;
let service: WatchService;

beforeEach(() => {
  ring = new FakeRing();
  changes = new Subject();
  start({});
});
afterEach(() => service.onModuleDestroy());

function start(options: Partial<typeof DEFAULT_WATCH_OPTIONS>): void {
  shutdown = new Shutdown();
  const all = { ...DEFAULT_WATCH_OPTIONS, historyRecords: 100, ...options };
  const reports = { report: () => reportOf([]) } as unknown as RingReports;
  service = new WatchService(
    ring as unknown as RingService,
    shutdown,
    reports,
    { changes } as unknown as IslandsService,
    all,
  );
}

function open(since: number | null = null): FakeResponse {
  const response = new FakeResponse();
  service.open(response as unknown as ServerResponse, { prefix: '', since });
  return response;
}

/** What was told once all that is due has been sent. */
async function told({ sink }: FakeResponse): Promise<string[]> {
  for (let turns = 0; turns < 3; turns++) await turn();
  return sink.told();
}

describe('a member from the beginning', () => {
  beforeEach(() => ring.enter(viewOf(1, [1]), null));

  test('tells what is committed, in the order of the ring', async () => {
    const client = open();
    ring.commit(1, 2);
    ring.enter(viewOf(2, [1, 2]), viewOf(1, [1]));
    ring.commit(3);
    expect(await told(client)).toEqual(['put 1', 'put 2', 'joined 2', 'put 3']);
  });

  test('tells who comes back what it missed, without a gap', async () => {
    ring.commit(1, 2, 3);
    expect(await told(open(1))).toEqual(['put 2', 'put 3']);
    expect(await told(open(0))).toEqual(['put 1', 'put 2', 'put 3']);
  });

  test('tells of other islands', async () => {
    const client = open();
    const south = { name: 'south', id: 'b', members: 2 };
    changes.next({ kind: 'up', ...south, url: 'u' });
    changes.next({ kind: 'silent', url: 'u', reason: 'no' });
    changes.next({ kind: 'own', url: 'u' });
    changes.next({ kind: 'down', ...south, reason: 'no' });
    expect(await told(client)).toEqual(['island-up 0', 'island-down 0']);
  });

  test('tells whom it suspects, and of merging', async () => {
    const client = open();
    const [server] = viewOf(1, [2]).members;
    ring.events.next({ kind: 'suspected', server: server!, reason: 'silent' });
    ring.events.next({ kind: 'join-refused', reason: 'no' });
    ring.events.next({ kind: 'offering', count: 1 });
    ring.events.next({ kind: 'merged' });
    ring.events.next({ kind: 'stranger', view: viewOf(1, [7]) });
    expect(await told(client)).toEqual(['suspected 0', 'merging 0', 'merged 0']);
  });

  test('does not repeat to a newcomer what happened to members', async () => {
    ring.enter(viewOf(2, [1, 2]), viewOf(1, [1]));
    expect(await told(open(0))).toEqual([]);
  });
});

describe('a client that is ahead', () => {
  beforeEach(() => {
    ring.enter(viewOf(1, [1]), null);
    ring.commit(1, 2);
  });

  test('was told elsewhere of what is on its way', async () => {
    const client = open(3);
    ring.commit(3, 4);
    ring.barriers[0]!({ kind: 'current' });
    expect(await told(client)).toEqual(['put 4']);
  });

  test('has an id of another ring when a barrier does not bring it', async () => {
    const client = open(1000);
    ring.barriers[0]!({ kind: 'current' });
    ring.commit(3);
    expect(await told(client)).toEqual(['gap 3']);
  });

  test('is asked about again with a heartbeat when nothing is certain', async () => {
    service.onModuleDestroy();
    start({ heartbeatMs: 1 });
    const client = open(1000);
    ring.barriers.shift()!(LATE);
    while (ring.barriers.length === 0) await turn();
    expect((await told(client)).filter((event) => !event.startsWith('heartbeat 1000'))).toEqual([]);
    for (const resolve of ring.barriers) resolve({ kind: 'current' });
    // What it is told keeps a pace.
    const heard: string[] = [];
    while (!heard.includes('gap 0')) heard.push(...(await told(client)));
    expect(heard.filter((event) => !event.startsWith('heartbeat'))).toEqual(['gap 0']);
  });
});

describe('a newcomer', () => {
  test('has a hole up to where it came in', async () => {
    const early = open();
    const back = open(7);
    ring.watermark = 9;
    ring.enter(viewOf(5, [1, 2]), null);
    // It was on its way when the transfer ended: the listing that a gap asks for has it.
    ring.commit(9, 10);
    for (const client of [early, back]) expect(await told(client)).toEqual(['gap 10']);
    expect(await told(open(8))).toEqual(['gap 10']);
    expect(await told(open(9))).toEqual(['put 10']);
  });

  test('has one also when it was a member before, and was removed', async () => {
    ring.enter(viewOf(1, [1, 2]), null);
    ring.commit(1, 2);
    const client = open();
    ring.events.next({ kind: 'removed', view: viewOf(2, [2, 3]) });
    expect(await told(client)).toEqual(['left 2', 'joined 2', 'promoted 2']);
    ring.watermark = 2;
    ring.enter(viewOf(3, [2, 3, 4]), null);
    ring.commit(3);
    expect(await told(client)).toEqual(['gap 3']);
    ring.commit(4);
    expect(await told(client)).toEqual(['put 4']);
    expect(await told(open(1))).toEqual(['gap 4']);
  });
});

describe('a server that comes back with its disk', () => {
  test('has a hole up to what was on it, though it was in a view before', async () => {
    const early = open();
    ring.watermark = 9;
    ring.enter(viewOf(5, [1, 2]), viewOf(4, [1, 2, 3]));
    ring.commit(10);
    expect(await told(early)).toEqual(['gap 10']);
    expect(await told(open(9))).toEqual(['put 10']);
    ring.enter(viewOf(6, [1]), viewOf(5, [1, 2]));
    ring.commit(11);
    expect(await told(early)).toEqual(['left 10', 'put 11']);
  });
});

describe('bounds', () => {
  test('so many may watch, and one more when one has gone', () => {
    service.onModuleDestroy();
    start({ maxStreams: 2 });
    const first = open();
    open();
    expect(() => open()).toThrow('It serves 2 event streams');
    first.destroy();
    open();
    expect(() => open()).toThrow('It serves 2 event streams');
  });

  test('all streams end when the server is to end, and none begins', async () => {
    const clients = [open(), open()];
    clients[1]!.sink.isReading = false;
    ring.commit(1);
    await turn();
    shutdown.begin();
    await turn();
    expect(clients.map(({ sink }) => sink.state)).toEqual(['ended', 'destroyed']);
    expect(() => open()).toThrow('not ready');
  });
});
