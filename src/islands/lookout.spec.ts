import { afterEach, describe, expect, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';

import { type Call, CallError, type Caller } from './caller.js';
import { Lookout } from './lookout.js';
import { Pauses } from './pauses.js';

const RING = JSON.stringify({ ring: 'north', ringId: '00000000000a', state: 'member', members: [] });

/** A server that answers as it is told to. */
class FakeServer implements Caller {
  readonly looks: number[] = [];
  readonly streams: PassThrough[] = [];
  isSilent = false;

  ask({ path }: Call): Promise<IncomingMessage> {
    if (path === '/ring') this.looks.push(performance.now());
    if (this.isSilent) return Promise.reject(new CallError('unreachable', 'it is gone'));
    const stream = new PassThrough();
    if (path === '/ring') stream.end(RING);
    else this.streams.push(stream);
    return Promise.resolve(
      Object.assign(stream, { statusCode: 200, headers: {} }) as unknown as IncomingMessage,
    );
  }

  open(): never {
    throw new Error('nobody writes here');
  }
}

function watch(server: FakeServer) {
  const told: string[] = [];
  const lookout = new Lookout(
    'u',
    server,
    { answered: (_origin, { name }) => told.push(name), failed: (_origin, reason) => told.push(reason) },
    new Pauses(() => 0.5),
  );
  return { lookout, told };
}

async function seen(holds: () => boolean): Promise<number> {
  const since = performance.now();
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
  return performance.now() - since;
}

describe('a lookout', () => {
  let open: Lookout | undefined;
  afterEach(() => open?.close());

  test('looks again and again, whether there is an answer or not', async () => {
    const server = new FakeServer();
    const { lookout, told } = watch(server);
    open = lookout;
    server.isSilent = true;
    lookout.start();
    await seen(() => told.length === 3);
    server.isSilent = false;
    await seen(() => told.includes('north'));
    expect(told.slice(0, 3)).toEqual(['it is gone', 'it is gone', 'it is gone']);
  });

  test('looks at once when members change, and when the events end', async () => {
    for (const tell of [
      (stream: PassThrough) => stream.write('event: left\ndata: {}\n\n'),
      (stream: PassThrough) => stream.destroy(),
    ]) {
      const server = new FakeServer();
      const { lookout } = watch(server);
      lookout.start();
      await seen(() => server.streams.length === 1);
      tell(server.streams[0]!);
      expect(await seen(() => server.looks.length === 2)).toBeLessThan(400);
      lookout.close();
    }
  });

  test('is not driven by one that tells of changes without end', async () => {
    const server = new FakeServer();
    open = watch(server).lookout;
    open.start();
    await seen(() => server.streams.length === 1);
    const [stream] = server.streams;
    const timer = setInterval(() => stream!.write('event: joined\n\n'), 2);
    await seen(() => server.looks.length === 4);
    clearInterval(timer);
    expect(server.looks[3]! - server.looks[0]!).toBeGreaterThan(900);
  });

  test('hears no more than it has to', async () => {
    const server = new FakeServer();
    open = watch(server).lookout;
    open.start();
    await seen(() => server.streams.length === 1);
    server.streams[0]!.write('x'.repeat(70_000));
    expect(await seen(() => server.streams[0]!.destroyed)).toBeLessThan(1000);
  });

  test('hears a server anew that was silent', async () => {
    const server = new FakeServer();
    open = watch(server).lookout;
    open.start();
    await seen(() => server.streams.length === 1);
    server.isSilent = true;
    await seen(() => server.streams[0]!.destroyed);
    server.isSilent = false;
    await seen(() => server.streams.length === 2);
    expect(server.streams[1]!.destroyed).toBe(false);
  });

  test('is over when it is closed', async () => {
    const server = new FakeServer();
    const { lookout } = watch(server);
    lookout.start();
    await seen(() => server.streams.length === 1);
    lookout.close();
    expect(server.streams[0]!.destroyed).toBe(true);
    const looks = server.looks.length;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(server.looks.length).toBe(looks);
  });
});
