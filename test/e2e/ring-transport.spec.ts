import { randomBytes } from 'node:crypto';

import { afterEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { filter, firstValueFrom, take } from 'rxjs';

import {
  CONFIG,
  type Config,
  type Environment,
  resolveIdentity,
  RingletConfigModule,
} from '../../src/config/index.js';
import {
  type Operation,
  type Outcome,
  type ReplicaEvent,
  UNCONDITIONAL,
} from '../../src/replication/index.js';
import { connectRing, RingModule, RingService } from '../../src/ring/index.js';

const TICK_MS = 20;
const CHUNK_BYTES = 64 * 1024;
const TIMING = { PROBE_INTERVAL_MS: '50', SUSPECT_AFTER_MS: '400', READ_LEASE_MS: '200' };

interface Running {
  readonly app: INestApplication;
  readonly ring: RingService;
  readonly address: string;
  readonly events: ReplicaEvent[];
  readonly ticking: NodeJS.Timeout;
}

const running = new Set<Running>();
let lastPort = 8_000;

/** A server without HTTP: the ring module, its core, and a clock. */
async function start(environment: Environment): Promise<Running> {
  const all = { RING_PORT: '0', RING_SECRET: 'sesame', ...TIMING, ...environment };
  class Server {}
  const imports = [RingletConfigModule.forEnvironment(all), RingModule];
  const app = await NestFactory.create({ module: Server, imports }, { logger: false });
  connectRing(app);
  await app.init();
  await app.startAllMicroservices().catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  const ring = app.get(RingService);
  const identity = resolveIdentity(app.get<Config>(CONFIG), { port: ++lastPort, ringPort: ring.port! });
  const events: ReplicaEvent[] = [];
  ring.events.subscribe((event) => events.push(event));
  ring.start({ ...identity });
  const ticking = setInterval(() => ring.tick(), TICK_MS);
  const server = { app, ring, address: identity.ring, events, ticking };
  running.add(server);
  return server;
}

async function stop(server: Running): Promise<void> {
  running.delete(server);
  clearInterval(server.ticking);
  await server.ring.stop();
  await server.app.close();
}

/** Resolves when this server is in a view of so many members, all of them full. */
async function members({ ring }: Running, count: number): Promise<string[]> {
  const names = () =>
    ring
      .status()
      .view?.members.filter(({ full }) => full)
      .map(({ name }) => name) ?? [];
  const size = () => ring.status().view?.members.length;
  if (names().length !== count || size() !== count) {
    const isThere = filter(() => names().length === count && size() === count);
    await firstValueFrom(ring.events.pipe(isThere, take(1)));
  }
  return names();
}

function put(key: string, text: string): Operation {
  const body = Buffer.from(text);
  return {
    kind: 'put',
    key,
    condition: UNCONDITIONAL,
    type: 'text/plain',
    meta: {},
    size: body.length,
    digest: '0123456789abcdef',
    body,
    ttlMs: 0,
    token: '',
    blob: 0,
    offer: null,
    replicas: 0,
  };
}

/** Writes a body in pieces, as a client does that sends 64 KiB at a time and waits when it has to. */
async function upload(
  { ring }: Running,
  key: string,
  body: Buffer,
  onPart: (at: number) => void = () => undefined,
): Promise<Outcome> {
  const target = ring.upload(body.length);
  for (let at = 0; at < body.length; at += CHUNK_BYTES) {
    onPart(at);
    await target.write(body.subarray(at, at + CHUNK_BYTES));
  }
  target.end({ ...put(key, ''), size: 0, digest: '', body: null });
  return target.outcome;
}

async function bodyOf({ ring }: Running, key: string): Promise<Buffer | string> {
  const peeked = ring.peek(key);
  const found = peeked.kind === 'wait' ? await ring.read(key) : peeked;
  if (found.kind !== 'object') return found.kind;
  const body = found.record.body!;
  return body instanceof Uint8Array ? Buffer.from(body) : Buffer.concat(body.pieces.map((piece) => piece!));
}

async function textOf(server: Running, key: string): Promise<string> {
  return String(await bodyOf(server, key));
}

async function startThree(environment: Environment = {}): Promise<[Running, Running, Running]> {
  const first = await start({ NAME: 'a', PRIORITY: '3', ...environment });
  const second = await start({ NAME: 'b', PRIORITY: '2', PEER: first.address, ...environment });
  const third = await start({ NAME: 'c', PRIORITY: '1', PEER: first.address, ...environment });
  const all: [Running, Running, Running] = [first, second, third];
  await Promise.all(all.map((server) => members(server, 3)));
  return all;
}

afterEach(async () => {
  await Promise.all([...running].map(stop));
});

describe('servers over real TCP', () => {
  it('form a ring in which a write at any is read at all', async () => {
    const first = await start({ NAME: 'a', PRIORITY: '3' });
    const second = await start({ NAME: 'b', PRIORITY: '2', PEER: first.address });
    const third = await start({ NAME: 'c', PRIORITY: '1', PEER: `${second.address},${first.address}` });
    const all = [first, second, third];
    for (const server of all) expect(await members(server, 3)).toEqual(['a', 'b', 'c']);
    const outcomes = await Promise.all(
      all.map(({ ring }, index) => ring.write(put(`k${index}`, `v${index}`))),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'done', 'done']);
    for (const server of all) {
      expect(await Promise.all([0, 1, 2].map((index) => textOf(server, `k${index}`)))).toEqual([
        'v0',
        'v1',
        'v2',
      ]);
      expect(server.ring.list('k', null, 10).map(({ key }) => key)).toEqual(['k0', 'k1', 'k2']);
    }
  });

  it('carry many writes at once, in one order', async () => {
    const first = await start({ NAME: 'a' });
    const second = await start({ NAME: 'b', PEER: first.address });
    await Promise.all([members(first, 2), members(second, 2)]);
    const body = 'x'.repeat(20_000);
    const writes = Array.from({ length: 600 }, (_, i) =>
      (i % 2 === 0 ? first : second).ring.write(put(`k${i % 7}`, body + i)),
    );
    expect(new Set((await Promise.all(writes)).map(({ kind }) => kind))).toEqual(new Set(['done']));
    for (const key of ['k0', 'k3', 'k6']) expect(await textOf(second, key)).toBe(await textOf(first, key));
  });

  it('go on when one has died, and take it in again', async () => {
    const first = await start({ NAME: 'a', PRIORITY: '2' });
    const second = await start({ NAME: 'b', PRIORITY: '1', PEER: first.address });
    await Promise.all([members(first, 2), members(second, 2)]);
    expect((await first.ring.write(put('k', 'before'))).kind).toBe('done');
    await stop(first);
    expect(await members(second, 1)).toEqual(['b']);
    expect((await second.ring.write(put('k', 'after'))).kind).toBe('done');
    const again = await start({ NAME: 'a', PRIORITY: '2', PEER: second.address });
    expect(await members(again, 2)).toEqual(['b', 'a']);
    expect(await textOf(again, 'k')).toBe('after');
  });

  it('leave when they are told to', async () => {
    const first = await start({ NAME: 'a', PRIORITY: '2' });
    const second = await start({ NAME: 'b', PRIORITY: '1', PEER: first.address });
    await Promise.all([members(first, 2), members(second, 2)]);
    await first.ring.leave();
    expect(first.ring.status().phase).toBe('left');
    expect(await members(second, 1)).toEqual(['b']);
    expect(second.events.filter(({ kind }) => kind === 'suspected')).toEqual([]);
  });

  it('keep a server with another secret out, which waits', async () => {
    const first = await start({ NAME: 'a' });
    const stranger = await start({ NAME: 'b', PEER: first.address, RING_SECRET: 'other' });
    const second = await start({ NAME: 'c', PEER: first.address });
    expect((await members(second, 2)).toSorted()).toEqual(['a', 'c']);
    expect(stranger.ring.status()).toMatchObject({ phase: 'joining', view: null });
  });

  it('say in a sentence why they cannot listen', async () => {
    const first = await start({ NAME: 'a' });
    const port = first.address.split(':')[1]!;
    await expect(start({ NAME: 'b', RING_PORT: port })).rejects.toThrow(
      `the ring link cannot listen on 127.0.0.1:${port}: another process does; set RING_PORT`,
    );
  });
});

describe('large bodies over real TCP', () => {
  it.each([0, 1, 2])('are stored by all when they come in at server %i, byte for byte', async (origin) => {
    const all = await startThree();
    const bodies = [70_000, 2 ** 18, 2 ** 18 + 1, 20_000_000].map((length) => randomBytes(length));
    const outcomes = await Promise.all(bodies.map((body, at) => upload(all[origin]!, `k${at}`, body)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'done', 'done', 'done']);
    for (const server of all) {
      for (const [at, body] of bodies.entries()) {
        const stored = await bodyOf(server, `k${at}`);
        expect(typeof stored !== 'string' && stored.equals(body)).toBe(true);
      }
    }
  });

  it('hold up no small write', async () => {
    const [first, second, third] = await startThree();
    const body = Buffer.alloc(50_000_000, 'x');
    const small: Promise<Outcome>[] = [];
    let acknowledged = 0;
    const uploaded = await upload(second, 'large', body, (at) => {
      if (at % (16 * CHUNK_BYTES) !== 0) return;
      const written = third.ring.write(put('small', `${at}`));
      small.push(written);
      void written.then(() => acknowledged++);
    });
    expect(acknowledged).toBe(small.length);
    expect(new Set((await Promise.all(small)).map(({ kind }) => kind))).toEqual(new Set(['done']));
    expect(uploaded.kind).toBe('done');
    expect((await bodyOf(first, 'large')).length).toBe(body.length);
  }, 30_000);

  it('survive the death of a member on their way', async () => {
    const [first, second, third] = await startThree();
    const body = randomBytes(50_000_000);
    let stopped: Promise<void> | undefined;
    const uploaded = await upload(first, 'k', body, (at) => {
      if (at > body.length / 2) stopped ??= stop(second);
    });
    await stopped;
    expect(uploaded.kind).toBe('done');
    for (const server of [first, third]) {
      const stored = await bodyOf(server, 'k');
      expect(typeof stored !== 'string' && stored.equals(body)).toBe(true);
    }
  }, 30_000);

  it('are refused when a member has no room', async () => {
    const [first] = await startThree({ MEMORY_LIMIT: '1MiB' });
    const full = { kind: 'not-done', reason: 'full' };
    expect(await upload(first, 'k', Buffer.alloc(2_000_000))).toEqual(full);
    expect((await upload(first, 'k', Buffer.alloc(500_000))).kind).toBe('done');
    expect(await upload(first, 'other', Buffer.alloc(800_000))).toEqual(full);
  });
});
