import { Readable } from 'node:stream';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { RingletClient } from './client.js';
import { cutOff, fakeRing, type FakeServer, type Handler, hang, problem } from './testing/fake-server.js';

const SIZE = 200_000;
const BYTES = Buffer.alloc(SIZE, 'abcdefg');

let servers: FakeServer[];
let first: FakeServer;
let second: FakeServer;
let client: RingletClient;

beforeEach(async () => {
  servers = await fakeRing('first', 'second');
  [first, second] = servers as [FakeServer, FakeServer];
  client = new RingletClient({ servers: first.url, attemptMs: 200, deadlineMs: 5000 });
  await client.health('second');
});
afterEach(() => {
  client.close();
  for (const server of servers) server.stop();
});

const takes: Handler = (request, response) => {
  response.writeContinue();
  request.once('end', () => response.writeHead(201).end());
};

/** Takes some of the body, and is gone then. */
const takesSome: Handler = (request, response) => {
  response.writeContinue();
  request.once('data', () => request.socket.destroy());
};

async function* slowly(): AsyncGenerator<Buffer> {
  for (let part = 0; part < 10; part++) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    yield BYTES.subarray(0, 100);
  }
}

/** Has the object, and sends so many bytes of what it is asked for. */
function sends(etag: string, bytes = SIZE): Handler {
  return (request, response) => {
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const match = request.headers['if-match'];
    if (match !== undefined && match !== etag) return problem(412, 'precondition_failed')(request, response);
    const range =
      request.headers.range === undefined ? {} : { 'Content-Range': `bytes ${start}-${SIZE - 1}/${SIZE}` };
    response.writeHead(request.headers.range === undefined ? 200 : 206, {
      ETag: etag,
      'Content-Length': SIZE - start,
      ...range,
    });
    response.write(BYTES.subarray(start, start + bytes), () => {
      if (start + bytes < SIZE) response.socket!.end();
      else response.end();
    });
  };
}

function all(handler: Handler): void {
  for (const server of servers) server.handler = handler;
}

describe('a body that is sent', () => {
  test.each([
    ['bytes', () => BYTES],
    ['a function', () => () => Readable.from([BYTES])],
  ])('of %s is sent again from its beginning', async (_what, make) => {
    first.handler = takesSome;
    second.handler = takes;
    await client.put('k', make());
    expect(second.seen.map(({ body }) => body === BYTES.toString())).toEqual([true]);
  });

  test('of a stream is not, once some of it has left', async () => {
    first.handler = takesSome;
    second.handler = takes;
    const stream = Readable.from([BYTES]);
    const failure = client.put('k', stream);
    await expect(failure).rejects.toMatchObject({
      code: 'body_not_replayable',
      retryable: true,
      outcome: 'unknown',
    });
    await expect(failure).rejects.toThrow('give a function that opens it anew');
    expect([second.seen.length, stream.destroyed]).toEqual([0, true]);
  });

  test.each([
    ['breaks off', cutOff],
    ['refuses', problem(503, 'leaving')],
    ['is hung', hang],
  ])('of a stream goes to the next server when one %s before it has asked for it', async (_what, handler) => {
    first.handler = handler;
    second.handler = takes;
    await client.put('k', Readable.from([BYTES]), { size: SIZE });
    expect(second.seen.map(({ body }) => body.length)).toEqual([SIZE]);
  });

  test('may take longer than the deadline while it gets on', async () => {
    first.handler = takes;
    await client.put('k', () => Readable.from(slowly()), { deadlineMs: 250 });
    expect(first.seen.map(({ body }) => body.length)).toEqual([1000]);
  });

  test('is let go when the server answers before its end', async () => {
    first.handler = (request, response) => {
      response.writeContinue();
      request.once('data', () => problem(507, 'storage_full')(request, response));
    };
    const endless = new Readable({
      read() {
        this.push(BYTES);
      },
    });
    await expect(client.put('k', endless)).rejects.toMatchObject({ code: 'storage_full' });
    expect(endless.destroyed).toBe(true);
  });
});

describe('a body that is read', () => {
  test('goes on from where it was, at whichever server', async () => {
    all(sends('"7-a"', 60_000));
    const got = (await client.get('k'))!;
    expect([got.size, got.revision]).toEqual([SIZE, 7]);
    expect((await got.bytes()).equals(BYTES)).toBe(true);
    const ranges = [...first.seen, ...second.seen].map(({ headers }) => headers.range ?? '');
    expect(ranges.toSorted()).toEqual([
      '',
      'bytes=120000-199999',
      'bytes=180000-199999',
      'bytes=60000-199999',
    ]);
  });

  test('is no mixture of two versions', async () => {
    all(sends('"7-a"', 60_000));
    const got = (await client.get('k'))!;
    got.body.once('data', () => all(sends('"8-b"')));
    await expect(got.bytes()).rejects.toMatchObject({ code: 'object_changed', retryable: true });
  });

  test('ends with the signal of its call', async () => {
    all(
      (_request, response) =>
        void response.writeHead(200, { ETag: '"7-a"', 'Content-Length': 10 }).write('1'),
    );
    const controller = new AbortController();
    const got = (await client.get('k', { signal: controller.signal }))!;
    const reason = new Error('enough');
    got.body.once('data', () => controller.abort(reason));
    await expect(got.bytes()).rejects.toBe(reason);
  });

  test('gives its connection back when it is discarded', async () => {
    const only = new RingletClient({ servers: first.url, maxSockets: 1, deadlineMs: 1000 });
    all(sends('"7-a"'));
    for (let count = 0; count < 3; count++) (await only.get('k'))!.discard();
    const kept = (await only.get('k'))!;
    await expect(only.get('k', { deadlineMs: 50 })).rejects.toMatchObject({ code: 'too_many_requests' });
    kept.discard();
    only.close();
  });
});
