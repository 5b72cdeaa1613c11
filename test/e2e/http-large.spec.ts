import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import type { NotDone, Pieces } from '../../src/replication/index.js';
import { type FakeServer, startFakeServer } from '../support/rings/fake-server.js';
import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { until } from '../support/rings/until.js';
import { statusesIn, Wire } from '../support/rings/wire.js';

const WAYS = [
  ['the short way', true],
  ['the way through Nest', false],
] as const;

const KIB = 1024;
const MIB = 1024 * KIB;
/** A piece. */
const PIECE = 256 * KIB;
/** What a connection of this machine may hold in the buffers of its two ends. */
const CONNECTION_BYTES = 12 * MIB;

const HASTY = { requestMs: 1000, bodyBytesPerSecond: MIB, checkMs: 20, silenceMs: 600, lingerMs: 200 };

describe.each(WAYS)('large bodies by %s', (_way, shortWay) => {
  let fake: FakeServer;
  const open = () => new Wire(fake.url);
  const url = (key: string) => `${fake.url}/objects/${key}`;
  const begin = (key: string, headers: Record<string, string | number>): ClientRequest =>
    httpRequest(url(key), { method: 'PUT', agent: false, headers }).on('error', () => {});
  const nothingUnderWay = () => until('nothing is under way', () => fake.core.uploads.pieces.length === 0);
  const statusOf = async (key: string) => (await fetch(url(key))).status;

  beforeAll(async () => {
    fake = await startFakeServer({ shortWay, limits: HASTY, environment: { MAX_OBJECT_SIZE: '32MiB' } });
  });
  afterEach(async () => {
    fake.core.forced = null;
    fake.core.uploads.grant(Number.MAX_SAFE_INTEGER);
    fake.server.ring.tick();
    await nothingUnderWay();
  });
  afterAll(() => fake.server.stop());

  test.each([false, true])('go through in pieces (chunked: %s)', async (chunked) => {
    const body = bytesOf(2 * PIECE + 1);
    const key = `pieces-${chunked}`;
    const headers = { 'Content-Type': 'text/odd', 'Object-Meta-A': 'b', 'X-TTL': '60' };
    expect((await putBody(url(key), body, { chunked, headers })).status).toBe(201);
    const record = fake.core.committed(key)!;
    const { pieces } = record.body as Pieces;
    expect(pieces.map((piece) => piece!.length)).toEqual([PIECE, PIECE, 1]);
    expect(record).toMatchObject({ size: body.length, type: 'text/odd', meta: { a: 'b' } });
    expect(record.expires).toBeGreaterThan(0);
    expect((await bytesAt(url(key))).equals(body)).toBe(true);
  });

  test('wait in the connection of their client while the ring takes no more', async () => {
    fake.core.uploads.granted = 2;
    const body = bytesOf(30 * MIB);
    const sending = begin('held', { 'Content-Length': body.length });
    const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
    sending.end(body);
    await until('two pieces are given', () => fake.core.uploads.pieces[0] === 2);
    await delay(HASTY.requestMs + 200);
    expect(fake.core.uploads.pieces).toEqual([2]);
    expect(sending.socket!.bytesWritten - sending.socket!.writableLength).toBeLessThanOrEqual(
      CONNECTION_BYTES,
    );
    fake.core.uploads.grant(Number.MAX_SAFE_INTEGER);
    fake.server.ring.tick();
    const [answer] = await answered;
    answer.resume();
    expect(answer.statusCode).toBe(201);
    expect((await bytesAt(url('held'))).equals(body)).toBe(true);
  });

  test.each<[NotDone, number, string]>([
    ['full', 507, 'storage_full'],
    ['overloaded', 503, 'overloaded'],
    ['no-quorum', 503, 'no_quorum'],
  ])('that the ring refuses at once (%s) are not asked for', async (reason, status, code) => {
    fake.core.forced = { kind: 'not-done', reason };
    const text = await open()
      .send(...put('refused', 'Expect: 100-continue', 'Content-Length: 1000000'))
      .untilClosed();
    expect(statusesIn(text)).toEqual([status]);
    expect(text).toContain(code);
    expect(text).toContain('Nothing was done');
  });

  test.each<[NotDone, number, string]>([
    ['full', 507, 'storage_full'],
    ['damaged', 503, 'body_damaged'],
    ['timeout', 503, 'write_timeout'],
  ])('that the ring refuses on their way (%s) are answered then', async (reason, status, code) => {
    const wire = open().send(...put('stopped', 'Prefer: respond-async', 'Content-Length: 10000000'));
    wire.sendBody('x'.repeat(PIECE));
    await until('a piece is given', () => fake.core.uploads.pieces[0] === 1);
    fake.core.forced = { kind: 'not-done', reason };
    wire.sendBody('x'.repeat(PIECE));
    expect(statusesIn(await wire.until(new RegExp(code)))).toEqual([status]);
    expect(await wire.untilClosed()).toMatch(/Connection: close/i);
    fake.core.forced = null;
    expect(await statusOf('stopped')).toBe(404);
  });

  test('are stored only when the client was there to their end', async () => {
    const wire = open()
      .send(...put('left', 'Content-Length: 1000000'))
      .sendBody('x'.repeat(PIECE));
    await until('a piece is given', () => fake.core.uploads.pieces[0] === 1);
    wire.destroy();
    await nothingUnderWay();
    expect(await statusOf('left')).toBe(404);
  });

  test('that end before their announced length are 400', async () => {
    const wire = open().send(...put('lie', 'Content-Length: 1000000'));
    expect(await wire.sendBody('x'.repeat(PIECE)).end().untilClosed()).toMatch(
      / 400 (.|\r|\n)*body_incomplete/,
    );
    await nothingUnderWay();
    expect(await statusOf('lie')).toBe(404);
  });

  test('that outgrow the limit are cut off', async () => {
    const wire = open().send(...put('flood', 'Transfer-Encoding: chunked'));
    wire.sendBody(`100000\r\n${'x'.repeat(MIB)}\r\n`.repeat(33));
    expect(await wire.until(/object_too_large/)).toMatch(/ 413 (.|\r|\n)*Connection: close/i);
    await nothingUnderWay();
    expect(await statusOf('flood')).toBe(404);
  });

  test('are accepted for later only when all of them is here', async () => {
    const headers = { 'Content-Length': MIB, Prefer: 'respond-async' };
    const sending = begin('later', headers);
    let isAnswered = false;
    const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
    void answered.then(() => (isAnswered = true));
    sending.write(Buffer.alloc(MIB - 1));
    await until('most of it is here', () => fake.core.uploads.pieces[0] === 3);
    expect(isAnswered).toBe(false);
    sending.end('x');
    const [answer] = await answered;
    answer.resume();
    expect(answer.statusCode).toBe(202);
    await until('it is stored', () => fake.core.committed('later') !== undefined);
  });

  test('take their time as long as they keep the pace', async () => {
    const sending = begin('steady', { 'Content-Length': 60 * PIECE });
    const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
    const piece = Buffer.alloc(PIECE);
    const start = performance.now();
    for (let count = 0; count < 60; count++) {
      sending.write(piece);
      await delay(20);
    }
    sending.end();
    const [answer] = await answered;
    answer.resume();
    expect(performance.now() - start).toBeGreaterThan(HASTY.requestMs);
    expect(answer.statusCode).toBe(201);
  });

  test('that come too slowly are 408', async () => {
    const wire = open()
      .send(...put('slow', 'Content-Length: 1000000'))
      .sendBody('x'.repeat(PIECE));
    const text = await wire.untilClosed();
    expect(statusesIn(text)).toEqual([408]);
    expect(text).toContain('request_timeout');
    await nothingUnderWay();
    expect(await statusOf('slow')).toBe(404);
  });

  test('keep the order of one connection', async () => {
    const body = 'y'.repeat(2 * PIECE);
    const wire = open().sendBody(
      `${put('line', `Content-Length: ${body.length}`).join('\r\n')}\r\n\r\n${body}${get('line')}${get('none')}`,
    );
    expect(statusesIn(await wire.until(/no_object/))).toEqual([201, 200, 404]);
    wire.destroy();
  });

  test('are told by HEAD and 304 without a byte of them', async () => {
    const { headers } = await putBody(url('headed'), bytesOf(MIB));
    const wire = open().send('HEAD /objects/headed HTTP/1.1', 'Host: x');
    wire.send('GET /objects/headed HTTP/1.1', 'Host: x', `If-None-Match: ${headers.get('etag')}`);
    wire.send('HEAD /objects/headed HTTP/1.1', 'Host: x', 'Range: bytes=1-300000');
    wire.send('GET /objects/none HTTP/1.1', 'Host: x');
    const text = await wire.until(/no_object/);
    expect(statusesIn(text)).toEqual([200, 304, 206, 404]);
    expect(text.length).toBeLessThan(4 * KIB);
    wire.destroy();
  });

  test('do not wait for ever for a client that stops reading', async () => {
    await putBody(url('wide'), Buffer.alloc(30 * MIB));
    const wire = open().pause();
    wire.send('GET /objects/wide HTTP/1.1', 'Host: x');
    expect(await wire.untilReset()).toBeLessThan(30 * MIB);
  });

  test('may be left in the middle by who reads them', async () => {
    await putBody(url('left-alone'), Buffer.alloc(30 * MIB));
    const answer = await fetch(url('left-alone'));
    const reader = answer.body!.getReader();
    await reader.read();
    await reader.cancel();
    expect((await bytesAt(url('left-alone'))).length).toBe(30 * MIB);
  });
});

function put(key: string, ...headers: string[]): string[] {
  return [`PUT /objects/${key} HTTP/1.1`, 'Host: x', ...headers];
}

function get(key: string): string {
  return `GET /objects/${key} HTTP/1.1\r\nHost: x\r\n\r\n`;
}
