import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { RingletClient, RingletError, type WatchEvent } from '../../src/client/index.js';
import { bytesOf } from '../support/rings/large.js';
import { startRing, type TestRing } from '../support/rings/ring.js';

let ring: TestRing;
let client: RingletClient;

/** What the call rejects with. */
async function failureOf(call: Promise<unknown>): Promise<RingletError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RingletError);
  return error as RingletError;
}

async function textOf(key: string): Promise<string | undefined> {
  return (await client.get(key))?.text();
}

describe('with a ring of two', () => {
  beforeAll(async () => {
    ring = await startRing(2);
    client = new RingletClient({ servers: ring.urls[1]! });
  });
  afterAll(async () => {
    client.close();
    await ring.stop();
  });

  test('an object is written, read, described and deleted', async () => {
    const options = { type: 'text/plain', meta: { Colour: 'red' }, ttl: 1000 };
    const written = await client.put('a/ü %?#', 'hello', options);
    expect(written).toMatchObject({
      key: 'a/ü %?#',
      created: true,
      replayed: false,
      provisionalCopies: null,
    });
    const got = (await client.get('a/ü %?#'))!;
    expect(await got.text()).toBe('hello');
    const { revision, etag } = written;
    const described = {
      key: 'a/ü %?#',
      size: 5,
      type: 'text/plain',
      etag,
      revision,
      meta: { colour: 'red' },
    };
    expect(got).toMatchObject({ ...described, part: null, length: 5, notModified: false, stale: false });
    const head = (await client.head('a/ü %?#'))!;
    expect(head).toMatchObject(described);
    expect(head.ttl).toBeGreaterThan(900);
    expect(Math.abs(head.modified!.getTime() - Date.now())).toBeLessThan(60_000);
    expect(await client.delete('a/ü %?#')).toMatchObject({ etag: '', created: false });
    expect([
      await client.get('a/ü %?#'),
      await client.head('a/ü %?#'),
      await client.delete('a/ü %?#'),
    ]).toEqual([null, null, null]);
  });

  test('conditions hold, for writing and for reading', async () => {
    const { etag } = await client.put('condition', '1', { ifNoneMatch: '*' });
    expect(await failureOf(client.put('condition', '2', { ifNoneMatch: '*' }))).toMatchObject({
      kind: 'precondition',
      code: 'precondition_failed',
      status: 412,
      retryable: false,
      outcome: 'not-done',
    });
    const second = await client.put('condition', '2', { ifMatch: etag });
    expect(second.created).toBe(false);
    for (const call of [
      client.put('condition', '3', { ifMatch: etag }),
      client.delete('condition', { ifMatch: [etag, '"x"'] }),
      client.get('condition', { ifMatch: etag }),
      client.head('condition', { ifMatch: etag }),
    ])
      expect((await failureOf(call)).code).toBe('precondition_failed');
    const same = (await client.get('condition', { ifNoneMatch: second.etag }))!;
    expect(same).toMatchObject({ notModified: true, length: 0, etag: second.etag });
    expect(await same.text()).toBe('');
    expect(await client.head('condition', { ifNoneMatch: '*' })).toMatchObject({ notModified: true });
    expect(await client.delete('condition', { ifMatch: second.etag })).not.toBeNull();
  });

  test('a part of a body is read', async () => {
    await client.put('part', '0123456789');
    const parts = [{ start: 2, end: 4 }, { start: 7 }, { last: 2 }];
    const texts = parts.map(async (range) => (await client.get('part', { range }))!.text());
    expect(await Promise.all(texts)).toEqual(['234', '789', '89']);
    const part = (await client.get('part', { range: { start: 2, end: 4 } }))!;
    expect(part).toMatchObject({ part: { start: 2, end: 4 }, length: 3, size: 10 });
    part.discard();
    expect((await failureOf(client.get('part', { range: { start: 10 } }))).code).toBe(
      'range_not_satisfiable',
    );
  });

  test('large bodies go and come as bytes, as streams with and without a size, and as functions that give one', async () => {
    const bytes = bytesOf(1_000_000);
    const stream = (): Readable => Readable.from([bytes.subarray(0, 400_000), bytes.subarray(400_000)]);
    const bodies = [bytes, stream(), stream];
    for (const [index, body] of bodies.entries())
      for (const size of [undefined, bytes.length]) {
        const given = body instanceof Readable ? stream() : body;
        await client.put(`large/${index}`, given, { size });
        expect((await (await client.get(`large/${index}`))!.bytes()).equals(bytes)).toBe(true);
      }
  });

  test('a body that is not as long as it was said is stored nowhere', async () => {
    for (const size of [3, 5]) {
      const failure = await failureOf(client.put('wrong', Readable.from(['1234']), { size }));
      expect([failure.code, failure.kind]).toEqual(['body_failed', 'usage']);
    }
    const broken = new Readable({ read: () => undefined });
    broken.destroy(new Error('no such file'));
    const failure = await failureOf(client.put('wrong', broken));
    expect(failure.message).toContain('no such file');
    expect(await client.head('wrong')).toBeNull();
  });

  test('the listing comes page by page, or object by object', async () => {
    const keys = Array.from({ length: 7 }, (_, index) => `list/${index}`);
    await Promise.all(keys.map((key) => client.put(key, key)));
    const listed: string[] = [];
    for await (const { key, size } of client.list({ prefix: 'list/', limit: 3 }))
      listed.push(`${key} ${size}`);
    expect(listed).toEqual(keys.map((key) => `${key} 6`));
    const pages: number[] = [];
    for await (const { objects } of client.pages({ prefix: 'list/', limit: 3 })) pages.push(objects.length);
    expect(pages).toEqual([3, 3, 1]);
    const page = await client.page({ prefix: 'list/', after: 'list/4' });
    expect([page.objects.map(({ key }) => key), page.next]).toEqual([['list/5', 'list/6'], null]);
  });

  test('keys and options that cannot be are refused before anything is sent', async () => {
    const calls = [
      client.get(''),
      client.put('a\nb', ''),
      client.delete('x'.repeat(1025)),
      client.head('\ud800'),
      client.put('k', '', { ttl: 0 }),
      client.put('k', '', { meta: { 'a b': '' } }),
      client.put('k', '', { meta: { a: 'ä\n' } }),
      client.get('k', { ifMatch: 'no-quotes' }),
      client.put('k', '', { idempotencyKey: '' }),
    ];
    const failures = await Promise.all(calls.map(failureOf));
    expect(failures.map(({ kind, attempts }) => [kind, attempts.length])).toEqual(
      calls.map(() => ['usage', 0]),
    );
    expect(failures.slice(0, 4).map(({ code }) => code)).toEqual([
      'key_empty',
      'key_control_character',
      'key_too_long',
      'key_encoding',
    ]);
  });

  test('the ring and each of its servers can be asked how they are', async () => {
    const status = await client.ring();
    expect(status.members.map(({ name }) => name)).toEqual(['server-1', 'server-2']);
    expect((await client.ring({ server: 'server-2' })).self).toBe('server-2');
    expect(await client.health('server-1')).toMatchObject({ url: ring.urls[0], ready: true, reason: null });
    await client.adopt('server-1');
    expect((await failureOf(client.health('server-9'))).message).toContain('server-1 (http://127.0.0.1:');
    const { body, status: code } = await client.request({ method: 'GET', path: '/openapi.json' });
    body.resume();
    expect(code).toBe(200);
    expect((await failureOf(client.request({ method: 'GET', path: '/nowhere' }))).kind).toBe('not-found');
  });

  test('there are no conflicts in a ring that was never cut', async () => {
    expect((await client.conflictPage()).conflicts).toEqual([]);
    expect([await client.getConflict('k'), await client.settleConflict('k')]).toEqual([null, false]);
    for await (const conflict of client.conflicts()) throw new Error(`there is ${conflict.key}`);
  });

  test('calls end with their signal, and with the client', async () => {
    const reason = new Error('enough');
    expect(
      await client.get('k', { signal: AbortSignal.abort(reason) }).catch((error: unknown) => error),
    ).toBe(reason);
    const controller = new AbortController();
    const watching = client
      .watch({ signal: controller.signal })
      .next()
      .catch((error: unknown) => error);
    const other = new RingletClient({ servers: ring.urls });
    const otherWatching = failureOf(other.watch().next());
    await other.head('k');
    controller.abort(reason);
    other.close();
    expect(await watching).toBe(reason);
    expect((await otherWatching).code).toBe('closed');
    expect((await failureOf(other.head('k'))).code).toBe('closed');
  });
});

describe('when servers fail', () => {
  beforeEach(async () => {
    ring = await startRing(3);
    client = new RingletClient({ servers: ring.urls[2]! });
    await client.ring();
  });
  afterEach(async () => {
    client.close();
    await ring.stop();
  });

  test('it knows the others from the one that it was told of, and each call is done in time', async () => {
    await client.put('k', 'before');
    await ring.crash(ring.servers[2]!);
    for (let number = 0; number < 10; number++) await client.put(`k${number}`, 'after', { ifNoneMatch: '*' });
    await ring.crash(ring.primary);
    const begun = performance.now();
    expect(await textOf('k')).toBe('before');
    await client.put('k', 'last');
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(await textOf('k')).toBe('last');
  });

  test('a large body goes on from another server when its own is gone', async () => {
    const bytes = bytesOf(30_000_000);
    await client.put('large', bytes);
    const got = (await client.get('large'))!;
    const server = ring.servers.find(({ identity }) => identity.name === got.server)!;
    const digest = createHash('sha256');
    for await (const chunk of got.body) {
      digest.update(chunk as Buffer);
      if (ring.servers.includes(server)) await ring.crash(server);
    }
    expect(digest.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('a server that was asked to leave is no longer used', async () => {
    const leaver = ring.servers[0]!;
    expect(await client.leave(leaver.identity.name)).toBe(leaver.identity.name);
    ring.forget(leaver);
    await ring.settled();
    await leaver.stop();
    for (let number = 0; number < 5; number++) await client.put(`k${number}`, 'after', { ifNoneMatch: '*' });
    expect((await client.ring()).members).toHaveLength(2);
  });

  test('who watches is told everything once, whichever servers there are', async () => {
    const told: WatchEvent[] = [];
    const { revision } = await client.put('k0', '');
    const watching = (async () => {
      for await (const event of client.watch({ since: revision, prefix: 'k' })) {
        if (event.type === 'put') told.push(event);
        if (event.type === 'put' && event.key === 'k9') return;
      }
    })();
    for (let number = 1; number <= 9; number++) {
      if (number === 4) await ring.crash(ring.servers[2]!);
      if (number === 7) await ring.crash(ring.primary);
      await client.put(`k${number}`, '', { type: 'text/x' });
    }
    await watching;
    expect(told.map((event) => (event.type === 'put' ? `${event.key} ${event.contentType}` : ''))).toEqual(
      Array.from({ length: 9 }, (_, index) => `k${index + 1} text/x`),
    );
  });

  test('who asks for more than is remembered is told of the gap', async () => {
    const { value } = await client.watch({ since: 1_000_000 }).next();
    expect(value).toMatchObject({ type: 'gap' });
  });

  test('when nobody answers it says so, and whom it tried', async () => {
    const urls = [...ring.urls];
    while (ring.servers.length > 0) await ring.crash(ring.servers[0]!);
    const fresh = new RingletClient({ servers: urls });
    const failure = await failureOf(fresh.put('k', '', { deadlineMs: 500 }));
    fresh.close();
    expect(failure).toMatchObject({
      kind: 'unreachable',
      code: 'unreachable',
      status: null,
      retryable: true,
    });
    for (const url of urls) expect(failure.message).toContain(`${url}: ECONNREFUSED`);
    expect(failure.outcome).toBe('not-done');
  });
});
