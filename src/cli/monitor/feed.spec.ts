import { setImmediate as turn } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import {
  RingletError,
  type RingStatus,
  type ServerOptions,
  type WatchEvent,
  type WatchOptions,
} from '../../client/index.js';
import { Feed, type Ring } from './feed.js';
import type { Input } from './input.js';
import { report } from './testing/fixtures.js';

const FOR_EVER = 3_600_000;
const put = (id: number): WatchEvent => ({ type: 'put', id }) as WatchEvent;
const left: WatchEvent = { type: 'left', id: 3, server: 'a', member: 'a1', url: 'u', view: 4 };

/** A ring of which a test says what is told. */
class FakeRing implements Ring {
  readonly asked: (string | undefined)[] = [];
  readonly watches: WatchOptions[] = [];
  answer: (server: string | undefined) => RingStatus | Error = () => report('a', ['a', 'b']);
  private next: (event: WatchEvent | Error) => void = () => undefined;

  /** It answers nobody, until the call is given up. */
  hang = false;

  ring({ server, signal }: ServerOptions = {}): Promise<RingStatus> {
    this.asked.push(server);
    if (this.hang)
      return new Promise((_, reject) =>
        signal!.addEventListener('abort', () => reject(signal!.reason as Error)),
      );
    const answer = this.answer(server);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }

  async *watch(options: WatchOptions = {}): AsyncGenerator<WatchEvent, void, undefined> {
    this.watches.push(options);
    for (;;) {
      const event = await new Promise<WatchEvent | Error>((resolve) => {
        this.next = resolve;
        options.signal?.addEventListener('abort', () => resolve(new Error('ended')));
      });
      if (event instanceof Error) throw event;
      yield event;
    }
  }

  async tell(event: WatchEvent | Error): Promise<void> {
    this.next(event);
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) await turn();
}

let ring: FakeRing;
let known: string[];
let inputs: Input[];
let end: AbortController;
let running: Promise<void>;
beforeEach(() => {
  ring = new FakeRing();
  known = [];
  inputs = [];
  end = new AbortController();
});
afterEach(async () => {
  end.abort();
  await Promise.allSettled([running]);
});

async function start(intervalMs = FOR_EVER): Promise<void> {
  const feed = new Feed(
    ring,
    intervalMs,
    () => known,
    (input) => inputs.push(input),
    () => 0,
  );
  running = feed.run(end.signal);
  running.catch(() => undefined);
  await settle();
}

const watching = (): unknown[] => inputs.filter(({ kind }) => kind === 'watching');
const kinds = (): string[] => inputs.splice(0).map(({ kind }) => kind);

describe('rounds', () => {
  test('ask whichever server there is at first, and all that are known then', async () => {
    known = ['u1', 'u2'];
    await start();
    expect(ring.asked).toEqual(['u1', 'u2']);
    expect(inputs).toMatchObject([
      { kind: 'writes' },
      { kind: 'round', answers: [{ url: 'u1' }, { url: 'u2' }], why: '' },
    ]);
  });

  test('ask those at once that the answers have made known', async () => {
    let count = 0;
    ring.answer = (server) => {
      if (server === undefined) known = ['u1', 'u2'];
      count++;
      return report('a', ['a']);
    };
    await start();
    expect([ring.asked, count]).toEqual([[undefined, 'u1', 'u2'], 3]);
  });

  test('go on without those that do not answer, and look for others when none does', async () => {
    known = ['u1', 'u2'];
    ring.answer = (server) => (server === 'u1' ? new Error('silent') : report('b', ['b']));
    await start();
    expect(inputs[1]).toMatchObject({
      answers: [
        { url: 'u1', report: null },
        { url: 'u2', report: { self: 'b' } },
      ],
    });
    expect(ring.asked).toEqual(['u1', 'u2']);
  });

  test('say why no server answers', async () => {
    known = ['u1'];
    const attempts = [{ server: 'http://h:1', status: null, code: null, said: 'ECONNREFUSED' }];
    ring.answer = () => new RingletError('unreachable', 'unreachable', 'No.', { attempts });
    await start();
    expect(inputs[1]).toMatchObject({ answers: [], why: 'h:1: ECONNREFUSED' });
  });
});

describe('events', () => {
  test('are handed on, but writes are only counted', async () => {
    await start();
    kinds();
    await ring.tell(put(1));
    await ring.tell(put(2));
    expect(kinds()).toEqual([]);
    await ring.tell(left);
    expect(inputs[0]).toMatchObject({ kind: 'event', event: left });
    expect(inputs.find(({ kind }) => kind === 'writes')).toMatchObject({ puts: 2, deletes: 0 });
  });

  test('of members have all servers asked at once', async () => {
    await start();
    const before = ring.asked.length;
    await ring.tell(put(1));
    expect(ring.asked).toHaveLength(before);
    await ring.tell(left);
    expect(ring.asked).toHaveLength(before + 1);
  });

  test('go on behind the last one when the watch has failed', async () => {
    await start(10);
    await ring.tell(put(41));
    await ring.tell(new RingletError('unavailable', 'no_server', 'Not now.'));
    while (ring.watches.length < 2) await turn();
    expect(ring.watches.map(({ since }) => since)).toEqual([undefined, 41]);
  });
});

test('the server that is watched is told', async () => {
  await start();
  ring.watches[0]!.onServer!('http://a');
  expect(watching()).toEqual([{ kind: 'watching', at: 0, url: 'http://a' }]);
});

test('what asking again does not change ends it', async () => {
  ring.answer = () => new RingletError('unauthorized', 'unauthorized', 'No token.');
  await start();
  await expect(running).rejects.toMatchObject({ kind: 'unauthorized' });
});

test.each([true, false])(
  'it ends when it is told to, whether it pauses (%s) or waits for an answer',
  async (pauses) => {
    if (!pauses) ring.hang = true;
    await start();
    end.abort();
    await expect(running).resolves.toBeUndefined();
  },
);
