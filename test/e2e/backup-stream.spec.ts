import { afterEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { readBackup } from '../support/cli/read-backup.js';
import { startFakeServer } from '../support/rings/fake-server.js';
import { bytesOf, putBody } from '../support/rings/large.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';
import { Wire } from '../support/rings/wire.js';

const MIB = 1024 * 1024;

let ring: TestRing;
afterEach(() => ring?.stop());

async function put(url: string, key: string, body: string | Buffer): Promise<void> {
  const { status } = await fetch(`${url}/objects/${key}`, { method: 'PUT', body });
  if (status !== 201 && status !== 204) throw new Error(`PUT ${key}: ${status}`);
}

async function backupAt(url: string): Promise<Buffer> {
  const answer = await fetch(`${url}/backup`);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

/** So much that it does not fit into the buffers of a connection. */
async function fill(url: string, mebibytes: number): Promise<void> {
  for (let count = 0; count < mebibytes / 8; count++)
    await putBody(`${url}/objects/large/${count}`, bytesOf(8 * MIB, `${count}`));
}

describe('a backup', () => {
  test('of a ring has every object, at any server, as it is after the last acknowledged write', async () => {
    ring = await startRing(3);
    const [first, second, third] = ring.urls as [string, string, string];
    expect(readBackup(await backupAt(second)).objects.size).toBe(0);
    const large = bytesOf(MIB + 1);
    await putBody(`${first}/objects/large`, large, {
      headers: { 'Content-Type': 'a/b', 'Object-Meta-By': 'me' },
    });
    await put(second, 'gone', 'x');
    await put(third, 'a', 'old');
    await put(first, 'a', 'new');
    await request(second).delete('/objects/gone').expect(204);
    for (const url of ring.urls) {
      const { objects, records, revision } = readBackup(await backupAt(url));
      expect([...objects]).toEqual([
        ['large', large.toString('latin1')],
        ['a', 'new'],
      ]);
      expect(records[0]).toMatchObject({ key: 'large', type: 'a/b', meta: { by: 'me' }, expires: 0 });
      expect(revision).toBe(ring.primary.ring.status().watermark);
    }
  });

  test('that is read while writes go on is the state at one revision', async () => {
    ring = await startRing(3);
    const [first, second, third] = ring.urls as [string, string, string];
    await fill(first, 16);
    for (let count = 0; count < 300; count++) await put(second, `small/${count}`, `${count}`);
    const over = new AbortController();
    let written = 0;
    const writing = (async () => {
      while (!over.signal.aborted) {
        written++;
        await put(first, 'a', `${written}`);
        await put(third, 'b', `${written}`);
        await put(second, `small/${written % 300}`, `again ${written}`);
        if (written % 5 === 0) await request(third).delete(`/objects/small/${(written * 7) % 300}`);
      }
    })();
    try {
      await until('some is written', () => written > 3);
      for (const url of [first, second, third]) {
        const before = written - 1;
        const [one, other] = await Promise.all([backupAt(url), backupAt(url)]);
        for (const backup of [one, other]) {
          const { objects } = readBackup(backup);
          const [a, b] = [Number(objects.get('a')), Number(objects.get('b'))];
          expect(a).toBeGreaterThanOrEqual(before);
          expect([a, a - 1]).toContain(b);
        }
        expect(written - 1).toBeGreaterThan(before);
      }
    } finally {
      over.abort();
      await writing;
    }
    const { objects } = readBackup(await backupAt(second));
    const { body } = await request(third).get('/objects?limit=1000').expect(200);
    expect([...objects.keys()].toSorted()).toEqual(
      (body.objects as { key: string }[]).map(({ key }) => key).toSorted(),
    );
  });

  test('does not keep a newcomer from joining by the same server, nor it the backup', async () => {
    ring = await startRing(1);
    const url = ring.urls[0]!;
    await fill(url, 32);
    await put(url, 'gone', 'x');
    const reader = (await fetch(`${url}/backup`)).body!.getReader();
    const chunks = [(await reader.read()).value!];
    await request(url).delete('/objects/gone').expect(204);
    await ring.add();
    await ring.settled();
    await put(ring.urls[1]!, 'new', 'y');
    for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
    const keys = ['large/0', 'large/1', 'large/2', 'large/3', 'new'];
    expect([...readBackup(Buffer.concat(chunks)).objects.keys()]).toEqual(keys);
    expect([...readBackup(await backupAt(ring.urls[1]!)).objects.keys()].toSorted()).toEqual(keys);
  });

  test('ends without a last line when its server leaves the ring', async () => {
    ring = await startRing(2);
    await fill(ring.urls[0]!, 32);
    const server = ring.backups[0]!;
    const answer = await fetch(`${server.identity.url}/backup`);
    const reader = answer.body!.getReader();
    await reader.read();
    await server.ring.leave();
    await expect(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    ).rejects.toThrow('terminated');
  });
});

describe('a server', () => {
  test('hands out so many backups at once and no more, and lets go of who does not read', async () => {
    ring = await startRing(1, { limits: { silenceMs: 1500 } });
    const url = ring.urls[0]!;
    await fill(url, 32);
    const wires = Array.from({ length: 4 }, () => new Wire(url).send('GET /backup HTTP/1.1', 'Host: x'));
    for (const wire of wires) {
      await wire.until(/^HTTP\/1.1 200 OK/);
      wire.pause();
    }
    const { headers, body } = await request(url).get('/backup').expect(503);
    expect(body).toMatchObject({ code: 'too_many_backups', retryable: true });
    expect(headers['retry-after']).toBe('1');
    for (const wire of wires) expect(await wire.untilReset()).toBeLessThan(32 * MIB);
    expect(readBackup(await backupAt(url)).objects.size).toBe(4);
  });

  test('that may not read has no backup to give', async () => {
    const { server, core, url } = await startFakeServer();
    core.forced = { kind: 'unavailable', reason: 'no-lease' };
    expect((await request(url).get('/backup').expect(503)).body).toMatchObject({ code: 'read_no_lease' });
    core.forced = null;
    expect((await request(url).get('/backup').expect(503)).body).toMatchObject({ code: 'not_a_member' });
    await server.stop();
  });

  test('lets nobody change a backup, and only those who may read have one', async () => {
    ring = await startRing(1, { environment: { AUTH_TOKEN: 'write', READ_TOKEN: 'read' } });
    const url = ring.urls[0]!;
    await request(url).get('/backup').expect(401);
    await request(url).get('/backup').set('Authorization', 'Bearer read').expect(200);
    const { headers } = await request(url).head('/backup').set('Authorization', 'Bearer write').expect(405);
    expect(headers['allow']).toBe('GET, OPTIONS');
  });
});
