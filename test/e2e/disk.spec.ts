import { afterEach, describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import request from 'supertest';

import { Disk } from '../../src/ring/disk.js';
import { LastingRing } from '../support/rings/lasting-ring.js';
import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { createTestServer, untilSettled } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';

const LARGE = bytesOf(2 ** 20);

class FullDisk extends Disk {
  override room(): number {
    return 0;
  }
}

let ring: LastingRing;
afterEach(() => ring.end());

async function put(
  url: string,
  key: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<void> {
  await request(url).put(`/objects/${key}`).set(headers).send(body).expect(201);
}

async function expectEverywhere(key: string, body: string): Promise<void> {
  for (const { identity } of ring.running) {
    const { text } = await request(identity.url).get(`/objects/${key}`).expect(200);
    expect(text).toBe(body);
  }
}

describe('a ring of one', () => {
  test.each(['crash', 'leave'] as const)('has after a %s what it had before', async (end) => {
    ring = await LastingRing.start(1);
    const [home] = ring.homes;
    const { url } = home!;
    const about = { 'Content-Type': 'text/x-note', 'Object-Meta-By': 'me', 'X-TTL': '1000' };
    await put(url, 'note', 'hello', { ...about, 'Idempotency-Key': 'once' });
    expect((await putBody(`${url}/objects/large`, LARGE)).status).toBe(201);
    await put(url, 'gone', 'x');
    await request(url).delete('/objects/gone').expect(204);
    const before = await request(url).get('/objects/note').expect(200);
    await home![end]();
    await home!.start();
    await ring.settled();

    const after = await request(url).get('/objects/note').expect(200);
    expect(after.text).toBe('hello');
    expect(after.headers).toMatchObject({ 'content-type': 'text/x-note', 'object-meta-by': 'me' });
    for (const name of ['etag', 'last-modified']) expect(after.headers[name]).toBe(before.headers[name]);
    expect(Number(after.headers['x-ttl'])).toBeLessThanOrEqual(Number(before.headers['x-ttl']));
    expect((await bytesAt(`${url}/objects/large`)).equals(LARGE)).toBe(true);
    await request(url).get('/objects/gone').expect(404);
    const again = await request(url)
      .put('/objects/note')
      .set({ ...about, 'Idempotency-Key': 'once' })
      .send('hello');
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.headers.etag).toBe(before.headers.etag);
    const { body } = await request(url).get('/ring').expect(200);
    expect(body).toMatchObject({ objects: 2, provisional: false, state: 'member', offers: 0, conflicts: 0 });
    await put(url, 'more', 'y');
  });

  test('has it also when the disk is not waited for', async () => {
    ring = await LastingRing.start(1, { FSYNC: 'never' });
    const [home] = ring.homes;
    await put(home!.url, 'a', '1');
    await home!.crash();
    await home!.start({ FSYNC: '10ms' });
    await ring.settled();
    expect(home!.said).toEqual([]);
    await expectEverywhere('a', '1');
  });

  test('tells those who watch that it may have missed something', async () => {
    ring = await LastingRing.start(1);
    const [home] = ring.homes;
    await put(home!.url, 'a', '1');
    await home!.leave();
    await home!.start();
    await ring.settled();
    const { body } = await request(home!.url).get('/ring');
    const answer = await fetch(`${home!.url}/events?since=0`);
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('event: ')) text += (await reader.read()).value;
    await reader.cancel();
    expect(text).toContain(`event: gap\nid: ${body.revision}\n`);
  });

  test('refuses a directory that is in use, and one of another ring', async () => {
    ring = await LastingRing.start(1);
    const [home] = ring.homes;
    const other = { PORT: '0', RING_PORT: '0', DATA_DIR: home!.directory };
    const second = await createTestServer(other);
    await expect(second.start()).rejects.toThrow(/^DATA_DIR .* is in use by this process .*\.$/);
    await home!.crash();
    const foreign = await createTestServer({ ...other, RING: 'another' });
    await expect(foreign.start()).rejects.toThrow(
      /is of a server of ring ringlet, not of another; set RING=ringlet/,
    );
    await home!.start();
  });
});

describe('a ring of three', () => {
  test('comes back when all are started at once, in another order and without PEER', async () => {
    ring = await LastingRing.start(3);
    for (const { url, name } of ring.homes) await put(url, name, name);
    await putBody(`${ring.homes[1]!.url}/objects/large`, LARGE);
    await Promise.all(ring.homes.map((home) => home.crash()));
    await Promise.all(ring.homes.toReversed().map((home) => home.start()));
    await ring.settled();
    for (const { name } of ring.homes) await expectEverywhere(name, name);
    for (const { url } of ring.homes)
      expect((await bytesAt(`${url}/objects/large`)).equals(LARGE)).toBe(true);
    const { body } = await request(ring.homes[0]!.url).get('/ring');
    expect(body).toMatchObject({ provisional: false, offers: 0, conflicts: 0 });
    await put(ring.homes[2]!.url, 'after', '1');
    await expectEverywhere('after', '1');
  });

  test('takes one in again that was away, with what it missed', async () => {
    ring = await LastingRing.start(3);
    const [first, second] = ring.homes;
    await put(first!.url, 'before', '1');
    await first!.crash();
    await ring.settled();
    await put(second!.url, 'meanwhile', '2');
    await request(second!.url).delete('/objects/before').expect(204);
    await first!.start();
    await ring.settled();
    expect(ring.running).toHaveLength(3);
    await expectEverywhere('meanwhile', '2');
    await request(first!.url).get('/objects/before').expect(404);
    await request(first!.url).get('/health/ready').expect(200);
  });

  test('shows what is on its disk to whoever allows that, while one waits for the others', async () => {
    ring = await LastingRing.start(3, { SUSPECT_AFTER_MS: '3000' });
    const [first] = ring.homes;
    await put(first!.url, 'a', '1');
    // What is known to be committed goes to the disk with the next tick.
    await delay(100);
    await Promise.all(ring.homes.map((home) => home.crash()));
    await first!.start();
    expect((await request(first!.url).get('/health/ready').expect(503)).body.reason).toBe('returning');
    expect((await request(first!.url).get('/ring').expect(200)).body.state).toBe('returning');
    expect((await request(first!.url).get('/objects/a').expect(503)).body.code).toBe('not_a_member');
    const stale = await request(first!.url).get('/objects/a').set('Cache-Control', 'max-stale').expect(200);
    expect(stale.headers['ringlet-stale']).toBe('1');
    await request(first!.url).post('/ring/adopt').expect(204);
    await request(first!.url).get('/objects/a').expect(200);
    await put(first!.url, 'b', '1');
  });
});

describe('a disk that was damaged', () => {
  test('is named, and what is missing comes from the ring', async () => {
    ring = await LastingRing.start(3);
    const [first, second] = ring.homes;
    const text = `a text that is easily found, ${'x'.repeat(100)}`;
    await put(first!.url, 'small', text);
    await putBody(`${first!.url}/objects/large`, LARGE);
    await put(second!.url, 'other', '1');
    await first!.crash();
    await ring.settled();
    damage(join(first!.directory, 'store', 'data.mdb'), text);
    const [blob] = readdirSync(join(first!.directory, 'blobs'));
    damage(join(first!.directory, 'blobs', blob!), LARGE.subarray(1000, 1100));
    await first!.start();
    await ring.settled();
    const told = first!.said.filter((line) => line.includes('is damaged'));
    expect(told).toEqual([
      expect.stringMatching(/^DATA_DIR: record \d+ of records is damaged$/),
      expect.stringMatching(/^DATA_DIR: the body of large \(revision \d+\) is damaged$/),
      'What is damaged is taken from the ring again',
    ]);
    await expectEverywhere('small', text);
    await expectEverywhere('other', '1');
    expect((await bytesAt(`${first!.url}/objects/large`)).equals(LARGE)).toBe(true);
    expect((await request(first!.url).get('/ring')).body.primary).not.toBe('s1');
  });

  test('is found by who reads it, and mended from the ring', async () => {
    ring = await LastingRing.start(3, { MEMORY_LIMIT: '1MiB' });
    const [first, second] = ring.homes;
    await putBody(`${second!.url}/objects/large`, LARGE);
    await delay(200);
    const [blob] = readdirSync(join(first!.directory, 'blobs'));
    const path = join(first!.directory, 'blobs', blob!);
    const before = readFileSync(path);
    damage(path, LARGE.subarray(1000, 1100));
    expect((await bytesAt(`${first!.url}/objects/large`)).equals(LARGE)).toBe(true);
    await until('the disk has it again', () => readFileSync(path).equals(before));
    expect((await bytesAt(`${first!.url}/objects/large`)).equals(LARGE)).toBe(true);
    // Servers of one process share the log of the one that was started last.
    const said = ring.homes.flatMap((home) => home.said);
    expect(said.filter((line) => line.includes('damaged'))).toEqual([
      expect.stringMatching(
        /^DATA_DIR: the body of "large" \(revision \d+\) is damaged, and is taken from the ring again$/,
      ),
    ]);
  });

  test('has nobody to bring it back in a ring of one, which goes on when people say so', async () => {
    ring = await LastingRing.start(1);
    const [home] = ring.homes;
    await put(home!.url, 'kept', '1');
    await putBody(`${home!.url}/objects/large`, LARGE);
    await delay(100);
    await home!.crash();
    const [blob] = readdirSync(join(home!.directory, 'blobs'));
    damage(join(home!.directory, 'blobs', blob!), LARGE.subarray(1000, 1100));
    await home!.start();
    await delay(1500);
    expect((await request(home!.url).get('/health/ready').expect(503)).body.reason).toBe('returning');
    await request(home!.url).post('/ring/adopt').expect(204);
    await request(home!.url).get('/objects/kept').expect(200, '1');
    const lost = await request(home!.url).get('/objects/large').expect(503);
    expect(lost.body.code).toBe('read_no_holder');
    await until('it has its lease', () => home!.server.ring.status().hasLease);
    await request(home!.url).get('/health/ready').expect(200, { ready: true, lost: 1 });
    expect((await request(home!.url).get('/ring')).body).toMatchObject({ lost: ['large'] });
    await put(home!.url, 'new', '1');
    expect(home!.said).toContain(
      'There is nobody in the ring to take what is damaged from: POST /ring/adopt lets the ring go on with what can still be read',
    );
    await request(home!.url).put('/objects/large').send('again').expect(204);
    await ring.settled();
    await request(home!.url).get('/health/ready').expect(200, { ready: true });
  });

  test('as a whole keeps a server from founding an empty ring', async () => {
    ring = await LastingRing.start(2);
    const [first, second] = ring.homes;
    await put(second!.url, 'a', '1');
    await first!.crash();
    await ring.settled();
    writeFileSync(join(first!.directory, 'store', 'data.mdb'), Buffer.alloc(2 ** 16, 7));
    for (let times = 0; times < 2; times++)
      await expect(first!.start()).rejects.toThrow(
        /^DATA_DIR \S+ is damaged, .*; set PEER to a member .*, or remove \S+damaged-\d+ to start an empty ring\.$/,
      );
    await first!.start({ PEER: second!.address });
    await ring.settled();
    await expectEverywhere('a', '1');
    await first!.crash();
    await first!.start();
    await ring.settled();
    await expectEverywhere('a', '1');
  });

  test('that is empty now does not make two rings of one', async () => {
    ring = await LastingRing.start(2);
    const [first, second] = ring.homes;
    await put(second!.url, 'a', '1');
    await first!.crash();
    await ring.settled();
    rmSync(first!.directory, { recursive: true });
    await first!.start();
    await until('the others have found it', () => first!.server.ring.status().view?.members.length === 2);
    await ring.settled();
    expect((await request(first!.url).get('/ring')).body.primary).toBe('s2');
    await expectEverywhere('a', '1');
  });
});

test('a disk without room takes no writes', async () => {
  ring = await LastingRing.start(1);
  const [home] = ring.homes;
  await put(home!.url, 'a', '1');
  await home!.crash();
  const disk = new FullDisk({
    dataDirectory: home!.directory,
    fsync: 'always',
    ring: 'ringlet',
    peers: [],
    memoryLimitBytes: 2 ** 30,
  });
  const server = await createTestServer({ PORT: '0', RING_PORT: '0', DATA_DIR: home!.directory }, {}, [
    [Disk, disk],
  ]);
  await server.start();
  await untilSettled([server]);
  const { url } = server.identity;
  const { body } = await request(url).put('/objects/b').send('1').expect(507);
  expect(body.code).toBe('storage_full');
  expect((await putBody(`${url}/objects/b`, LARGE, { chunked: true })).status).toBe(507);
  await request(url).get('/objects/a').expect(200, '1');
  await request(url).delete('/objects/a').expect(204);
  await server.stop();
});

/** Changes one byte wherever the file has these: a database also has pages that it does not use any more. */
function damage(path: string, bytes: string | Uint8Array): void {
  const content = readFileSync(path);
  for (let at = content.indexOf(bytes); at >= 0; at = content.indexOf(bytes, at)) content[at + 5]! ^= 0xff;
  writeFileSync(path, content);
}
