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
import { type Operation, type ReplicaEvent, UNCONDITIONAL } from '../../src/replication/index.js';
import { connectRing, RingModule, RingService } from '../../src/ring/index.js';

const TICK_MS = 20;
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
  ring.start(identity);
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
  };
}

async function textOf({ ring }: Running, key: string): Promise<string> {
  const peeked = ring.peek(key);
  const found = peeked.kind === 'wait' ? await ring.read(key) : peeked;
  return found.kind === 'object' ? Buffer.from(found.record.body!).toString() : found.kind;
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
