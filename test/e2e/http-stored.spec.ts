import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

import { NO_META, type Operation, PIECE_BYTES as PIECE, UNCONDITIONAL } from '../../src/replication/index.js';
import { type FakeServer, startFakeServer } from '../support/rings/fake-server.js';
import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { until } from '../support/rings/until.js';

const LARGE = bytesOf(20 * PIECE + 1);
const SMALL = bytesOf(1000, 'small');

const PRESENT: Operation = {
  kind: 'put',
  key: 'replaced',
  condition: UNCONDITIONAL,
  type: '',
  meta: NO_META,
  size: 7,
  digest: '0123456789abcdef',
  body: Buffer.from('present'),
  ttlMs: 0,
  token: '',
  blob: 0,
  offer: null,
  replicas: 0,
};

/** Bodies that are on this server's disk only, which the test stands in for. */
describe.each([true, false])('bodies on the disk (short way: %s)', (shortWay) => {
  let fake: FakeServer;
  /** By revision. */
  const disk = new Map<number, Uint8Array[]>();
  let reads: number[] = [];
  let warmed: number[] = [];
  /** Hears of each read before it is answered. */
  let onRead: (index: number) => void = ignore;

  const url = (key: string) => `${fake.url}/objects/${key}`;
  const store = async (key: string, body: Buffer) => {
    await putBody(url(key), body);
    const { revision } = fake.core.committed(key)!;
    disk.set(revision, fake.core.toDisk(key));
    return revision;
  };

  beforeAll(async () => {
    fake = await startFakeServer({ shortWay, environment: { MAX_OBJECT_SIZE: '32MiB' } });
    Object.assign(fake.server.ring, {
      piece: async ({ revision }: { revision: number }, index: number) => {
        reads.push(index);
        onRead(index);
        return disk.get(revision)?.[index] ?? null;
      },
      warm: ({ revision }: { revision: number }) => void warmed.push(revision),
    });
  });
  beforeEach(() => {
    reads = [];
    warmed = [];
    onRead = ignore;
  });
  afterAll(() => fake.server.stop());

  test('are answered with as if they were in memory', async () => {
    await store('large', LARGE);
    const answer = await fetch(url('large'));
    expect(answer.headers.get('content-length')).toBe(String(LARGE.length));
    expect(Buffer.from(await answer.arrayBuffer()).equals(LARGE)).toBe(true);
    expect(reads).toEqual(Array.from({ length: 21 }, (_, index) => index));
    expect(warmed).toEqual([]);
  });

  test('are read where a range asks for it', async () => {
    await store('range', LARGE);
    const part = await bytesAt(url('range'), { Range: `bytes=${2 * PIECE - 1}-${2 * PIECE}` });
    expect(part.equals(LARGE.subarray(2 * PIECE - 1, 2 * PIECE + 1))).toBe(true);
    const last = await fetch(url('range'), { headers: { Range: 'bytes=-1' } });
    expect([last.status, last.headers.get('content-length')]).toEqual([206, '1']);
    await last.arrayBuffer();
    expect(reads).toEqual([1, 2, 20]);
  });

  test('are not read for HEAD, 304, 412 and 416', async () => {
    await store('unread', LARGE);
    const head = await fetch(url('unread'), { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(LARGE.length));
    const etag = head.headers.get('etag')!;
    const statusWith = async (headers: Record<string, string>) => {
      const answer = await fetch(url('unread'), { headers });
      await answer.arrayBuffer();
      return answer.status;
    };
    expect(await statusWith({ 'If-None-Match': etag })).toBe(304);
    expect(await statusWith({ 'If-Match': '"other"' })).toBe(412);
    expect(await statusWith({ Range: `bytes=${LARGE.length}-` })).toBe(416);
    expect(reads).toEqual([]);
  });

  test('are kept in memory again when they are small', async () => {
    const revision = await store('small', SMALL);
    expect((await bytesAt(url('small'))).equals(SMALL)).toBe(true);
    expect((await bytesAt(url('small'), { Range: 'bytes=10-19' })).equals(SMALL.subarray(10, 20))).toBe(true);
    expect([reads, warmed]).toEqual([
      [0, 0],
      [revision, revision],
    ]);
  });

  test('are answered with when a stale answer is allowed', async () => {
    await store('stale', LARGE);
    fake.core.isLeaseLost = true;
    try {
      const answer = await fetch(url('stale'), { headers: { 'Cache-Control': 'max-stale' } });
      expect(answer.headers.get('ringlet-stale')).toBe('1');
      expect(Buffer.from(await answer.arrayBuffer()).equals(LARGE)).toBe(true);
    } finally {
      fake.core.isLeaseLost = false;
    }
  });

  test.each([SMALL, LARGE])(
    'that are gone before the first byte give way to the present version (%#)',
    async (body) => {
      const revision = await store('replaced', body);
      disk.delete(revision);
      // It is overwritten between the look at the record and the disk.
      onRead = () => fake.core.step({ kind: 'write', ticket: 0, operation: PRESENT });
      const answer = await fetch(url('replaced'));
      expect([answer.status, await answer.text()]).toEqual([200, 'present']);
      expect(answer.headers.get('etag')).toContain(PRESENT.digest);
      expect(reads).toEqual([0]);
    },
  );

  test.each([SMALL, LARGE])(
    'that cannot be read are 503, and not asked for again and again (%#)',
    async (body) => {
      disk.delete(await store('lost', body));
      const answer = await fetch(url('lost'));
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        503,
        'read_no_holder',
      ]);
      expect(reads).toEqual([0, 0, 0]);
    },
  );

  test('that are gone in the middle end the connection', async () => {
    const revision = await store('cut', LARGE);
    onRead = (index) => index === 3 && disk.delete(revision);
    const answer = await fetch(url('cut'));
    expect(answer.status).toBe(200);
    await expect(answer.arrayBuffer()).rejects.toThrow(/terminated|other side closed/);
    expect(reads).toEqual([0, 1, 2, 3]);
  });

  test('are read no faster than their client reads', async () => {
    await store('slow', LARGE);
    const asking = get(url('slow'), { agent: false });
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    answer.pause();
    let before = -1;
    await until('nothing is read any more', () => {
      const isStill = before === reads.length;
      before = reads.length;
      return isStill;
    });
    const bytes: Buffer[] = [];
    for await (const chunk of answer) bytes.push(chunk as Buffer);
    expect(Buffer.concat(bytes).equals(LARGE)).toBe(true);
    expect(reads).toHaveLength(21);
  });

  test('may be left in the middle by who reads them', async () => {
    await store('left', LARGE);
    onRead = (index) => index === 1 && asking.destroy();
    const asking = get(url('left'), { agent: false }).on('error', () => undefined);
    asking.on('response', (answer) => answer.on('error', () => undefined).resume());
    await once(asking, 'close');
    expect((await bytesAt(url('left'), { Range: 'bytes=0-9' })).length).toBe(10);
    expect(reads.length).toBeLessThan(21);
  });
});

function ignore(): void {}
