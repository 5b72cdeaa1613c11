import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { RingletClient } from './client.js';
import { RingletError } from './error.js';
import type { ClientOptions } from './options.js';
import {
  cutOff,
  fakeRing,
  FakeServer,
  type Handler,
  hang,
  problem,
  redirect,
} from './testing/fake-server.js';

const clients: RingletClient[] = [];
let servers: FakeServer[];
let first: FakeServer;
let second: FakeServer;
let client: RingletClient;

beforeEach(async () => {
  servers = await fakeRing('first', 'second');
  [first, second] = servers as [FakeServer, FakeServer];
  client = await clientOf(first);
});
afterEach(() => {
  for (const made of clients.splice(0)) made.close();
  for (const server of servers) server.stop();
});

/** One that knows the ring. */
async function clientOf(seed: FakeServer, options: ClientOptions = {}): Promise<RingletClient> {
  const made = new RingletClient({ servers: seed.url, attemptMs: 200, deadlineMs: 5000, ...options });
  clients.push(made);
  await made.health('second').catch(() => undefined);
  return made;
}

async function failureOf(call: Promise<unknown>): Promise<RingletError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RingletError);
  return error as RingletError;
}

const puts = (server: FakeServer) => server.seen.filter(({ method }) => method === 'PUT');
const tokenOf = ({ headers }: { headers: Record<string, unknown> }) => headers['idempotency-key'];

describe('a write', () => {
  test('goes to the primary, and asks to be sent on rather than relayed', async () => {
    await client.put('k', 'body', { replicas: 2 });
    expect(puts(first)).toHaveLength(1);
    const [{ headers, body }] = puts(first) as [FakeServer['seen'][0]];
    expect(body).toBe('body');
    expect(headers).toMatchObject({ prefer: 'redirect', 'ringlet-replicas': '2', 'content-length': '4' });
    expect(headers.authorization).toBeUndefined();
  });

  test.each([
    ['breaks off', cutOff],
    ['is hung', hang],
    ['refuses for now', problem(503, 'leaving')],
    ['does not know what came of it', problem(504, 'outcome_unknown')],
    ['makes a mistake', problem(500, 'internal')],
  ])('is sent again with the same key when the primary %s', async (_what, handler) => {
    first.handler = handler;
    const begun = performance.now();
    await client.put('k', 'body');
    await client.put('l', 'body');
    expect(performance.now() - begun).toBeLessThan(4000);
    expect(puts(second).map(({ path, body }) => [path, body])).toEqual([
      ['/objects/k', 'body'],
      ['/objects/l', 'body'],
    ]);
    const tokens = [...puts(first), ...puts(second)].map(({ path, headers }) => [
      path,
      headers['idempotency-key'],
    ]);
    expect(new Set(tokens.map(String)).size).toBe(2);
    expect(puts(first).every(({ path }) => path === '/objects/k')).toBe(true);
  });

  test('goes to the new primary when an answer tells of it', async () => {
    for (const server of servers) server.members = [second, first];
    first.handler = (request, response) => {
      response.setHeader('Ringlet-Primary', second.url);
      response.writeHead(204).end();
      request.resume();
    };
    await client.put('k', '');
    await client.put('l', '');
    expect([puts(first).length, puts(second).length]).toEqual([1, 1]);
  });

  test('has no more patience with a hung server because others have refused', async () => {
    let asked = 0;
    const handler: Handler = (request, response) => {
      asked++;
      if (asked <= 4) problem(503, 'no_quorum')(request, response);
      else if (asked > 5) response.writeHead(204).end();
    };
    for (const server of servers) server.handler = handler;
    const begun = performance.now();
    await client.put('k', '');
    expect(asked).toBe(6);
    // Two pauses, and 200 ms; each refusal would double those.
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  test('that was refused for good is not sent to anybody else', async () => {
    first.handler = problem(507, 'storage_full', 'Nothing was done: no room.');
    const failure = await failureOf(client.put('k', ''));
    expect(failure).toMatchObject({
      kind: 'refused',
      code: 'storage_full',
      status: 507,
      outcome: 'not-done',
    });
    expect(failure.message).toMatch(
      /^127\.0\.0\.1:\d+ refused PUT \/objects\/k \(507\): Nothing was done: no room\.$/,
    );
    expect(puts(second)).toEqual([]);
  });

  test('whose first attempt got no answer may have been done, also when the next one is refused', async () => {
    first.handler = cutOff;
    second.handler = problem(507, 'storage_full');
    expect(await failureOf(client.put('k', ''))).toMatchObject({ status: 507, outcome: 'unknown' });
    second.handler = problem(412, 'precondition_failed');
    first.handler = cutOff;
    expect(await failureOf(client.put('k', '', { ifNoneMatch: '*' }))).toMatchObject({ outcome: 'not-done' });
  });

  test('is over at its deadline, with what each server said', async () => {
    first.handler = hang;
    second.handler = problem(503, 'no_quorum', 'Nothing was done: too few.');
    const begun = performance.now();
    const failure = await failureOf(client.put('k', '', { deadlineMs: 1000 }));
    expect(performance.now() - begun).toBeLessThan(3000);
    expect(failure).toMatchObject({ kind: 'unavailable', status: 503, retryable: true, outcome: 'unknown' });
    expect(failure.message).toContain(`${second.url}: Nothing was done: too few`);
    expect(failure.message).toContain(first.url);
    expect(failure.attempts.map(({ code }) => code)).toContain('no_quorum');
  });

  test('in flight at its deadline is not said to be undone', async () => {
    first.handler = hang;
    const failure = await failureOf(client.put('k', '', { deadlineMs: 50 }));
    expect(failure).toMatchObject({ kind: 'unreachable', outcome: 'unknown' });
  });
});

const takes: Handler = (request, response) => void request.once('end', () => response.writeHead(201).end());

const strange: Handler = (_request, response) => {
  response.removeHeader('Ringlet-Server');
  response.writeHead(404).end();
};

describe('a read', () => {
  test('goes to the same server, and to another when that fails', async () => {
    for (let count = 0; count < 5; count++) await client.head('k');
    const used = first.seen.length > 0 ? first : second;
    const other = used === first ? second : first;
    expect([used.seen.length, other.seen.length]).toEqual([5, 0]);
    used.stop();
    await client.head('k');
    expect(other.seen).toHaveLength(1);
  });

  test('leaves a server alone that failed, until it says that it is ready', async () => {
    const used = await usedFor(client);
    const other = used === first ? second : first;
    used.handler = problem(503, 'read_no_lease');
    used.isReady = false;
    for (let count = 0; count < 5; count++) await client.head('k');
    expect([used.seen.length, other.seen.length]).toEqual([2, 5]);
  });

  test('is marked with what it allows and forbids', async () => {
    await client.head('k', { maxStale: Infinity, onlyIfCached: true, ifNoneMatch: ['"a"', 'W/"b"'] });
    const [{ headers }] = [...first.seen, ...second.seen] as [FakeServer['seen'][0]];
    expect(headers).toMatchObject({
      'cache-control': 'max-stale, only-if-cached',
      'if-none-match': '"a", W/"b"',
    });
  });

  test('believes no server that is none of a ring', async () => {
    first.handler = strange;
    second.handler = strange;
    const failure = await failureOf(client.get('k', { deadlineMs: 1500 }));
    expect(failure.message).toContain('it is no Ringlet server');
  });

  test('that finds nothing in a listing that breaks off asks for it elsewhere', async () => {
    const page = JSON.stringify({ objects: [], next: null });
    const used = await usedFor(client);
    const other = used === first ? second : first;
    used.handler = (_request, response) => {
      response.writeHead(200, { 'Content-Length': page.length }).write('{');
      response.socket!.end();
    };
    other.handler = (_request, response) => void response.end(page);
    expect(await client.page()).toEqual({ objects: [], next: null });
  });
});

/** Where reads go. */
async function usedFor(reader: RingletClient): Promise<FakeServer> {
  await reader.head('which');
  return servers.find(({ seen }) => seen.some(({ path }) => path === '/objects/which'))!;
}

describe('a redirect', () => {
  test('to a member is followed, with method, body and token', async () => {
    const made = await clientOf(first, { token: 'sesame' });
    first.handler = redirect(second.url);
    await made.put('k', 'body');
    expect(puts(second)).toMatchObject([
      { path: '/objects/k', body: 'body', headers: { authorization: 'Bearer sesame' } },
    ]);
    expect(tokenOf(puts(second)[0]!)).toBe(tokenOf(puts(first)[0]!));
  });

  test('of a large body is followed before the body has left', async () => {
    first.handler = redirect(second.url);
    second.handler = (request, response) => {
      response.writeContinue();
      request.once('end', () => response.writeHead(201).end());
    };
    await client.put('k', 'x'.repeat(100_000));
    expect([puts(first)[0]!.body.length, puts(second)[0]!.body.length]).toEqual([0, 100_000]);
  });

  test.each([
    ['http', (stranger: FakeServer) => stranger.url],
    ['a file', () => 'file:///etc'],
  ])('to %s of somebody else is not, and the token stays here', async (_what, urlOf) => {
    const stranger = await FakeServer.start('stranger');
    servers.push(stranger);
    const made = await clientOf(first, { token: 'sesame' });
    first.handler = redirect(urlOf(stranger));
    second.handler = problem(503, 'leaving');
    await failureOf(made.put('k', 'body', { deadlineMs: 300 }));
    expect(stranger.seen).toEqual([]);
  });

  test('in circles ends', async () => {
    first.handler = redirect(second.url);
    second.handler = redirect(first.url);
    const failure = await failureOf(client.put('k', '', { deadlineMs: 1500 }));
    expect(failure.message).toContain('it sends on to');
  });

  test('that leads nowhere is not asked for any more: the server may do it itself', async () => {
    first.handler = (request, response) => {
      const isAsked = request.headers.prefer === 'redirect';
      (isAsked ? redirect('http://127.0.0.2:1') : takes)(request, response);
    };
    await client.put('k', 'body');
    expect(puts(first).map(({ headers }) => headers.prefer)).toEqual(['redirect', undefined]);
  });

  test('to one that has joined is followed', async () => {
    const third = await FakeServer.start('third');
    servers.push(third);
    for (const server of servers) server.members = servers;
    first.handler = redirect(third.url);
    // So soon after it was asked for the ring is not asked for again.
    await sleep(300);
    await client.put('k', 'body');
    expect(puts(third)).toHaveLength(1);
  });
});

test.each(['two\nlines', '€'])('a token that no header can have makes no client: %j', (token) => {
  const made = (): RingletClient => new RingletClient({ servers: first.url, token });
  expect(made).toThrow(expect.objectContaining({ code: 'bad_option', kind: 'usage' }));
});

test('a path that no request can have is not sent', async () => {
  for (const path of ['objects', '/a b', '/ä'])
    expect(await failureOf(client.request({ method: 'GET', path }))).toMatchObject({ code: 'bad_option' });
});

test('a server that nobody can know, as nobody answers, is not said to be none of the ring', async () => {
  const nobody = new RingletClient({ servers: 'http://127.0.0.1:1', deadlineMs: 300 });
  clients.push(nobody);
  expect(await failureOf(nobody.leave('second'))).toMatchObject({ kind: 'unreachable' });
});

test('the deadline holds also while the ring is asked who a redirect leads to', async () => {
  const made = await clientOf(first, { attemptMs: 2000 });
  await sleep(300);
  first.handler = (request, response) => {
    for (const server of servers) server.isHung = true;
    redirect('http://127.0.0.2:1')(request, response);
  };
  const begun = performance.now();
  const failure = await failureOf(made.put('k', '', { deadlineMs: 400 }));
  expect(performance.now() - begun).toBeLessThan(1500);
  expect(failure.kind).toBe('unreachable');
});

describe('the members', () => {
  test('are not those that a server tells of that may not: other schemes, and this machine', async () => {
    const stranger = await FakeServer.start('stranger');
    servers.push(stranger);
    first.told = [
      { name: 'first', url: first.url },
      { name: 'odd', url: `ftp://127.0.0.1:${stranger.port}` },
      { name: 'path', url: `${stranger.url}/path` },
    ];
    const made = await clientOf(first);
    await expect(made.health('odd')).rejects.toMatchObject({ code: 'no_server' });
    await expect(made.health(stranger.url)).rejects.toMatchObject({ code: 'no_server' });
  });

  test('are not asked for when the client shall not learn', async () => {
    const made = new RingletClient({ servers: first.url, discover: false, attemptMs: 100 });
    clients.push(made);
    first.handler = problem(503, 'leaving');
    await failureOf(made.put('k', '', { deadlineMs: 300 }));
    expect(second.seen).toEqual([]);
  });
});

test('so many requests are on their way at once, and one more waits for its turn', async () => {
  const made = await clientOf(first, { maxSockets: 2, attemptMs: 2000 });
  const waiting: (() => void)[] = [];
  first.handler = (request, response) => {
    request.resume();
    waiting.push(() => response.writeHead(204).end());
  };
  second.handler = (_request, response) => void response.writeHead(404).end();
  const all = Promise.all(Array.from({ length: 6 }, (_, index) => made.put(`k${index}`, '')));
  for (let answered = 0; answered < 6; answered += 2) {
    while (waiting.length < 2) await turn(second);
    await turn(second);
    expect(waiting).toHaveLength(2);
    for (const answer of waiting.splice(0)) answer();
  }
  await all;
});

test('who waits for a turn need not wait for it to end, and what is absent takes none', async () => {
  const made = await clientOf(first, { maxSockets: 1 });
  for (const server of servers) server.handler = problem(404, 'no_object');
  for (let count = 0; count < 3; count++) expect(await made.get('absent')).toBeNull();
  for (const server of servers) server.handler = hang;
  const hanging = failureOf(made.get('k'));
  const controller = new AbortController();
  const reason = new Error('enough');
  const waiting = made.get('k', { signal: controller.signal }).catch((error: unknown) => error);
  controller.abort(reason);
  expect(await waiting).toBe(reason);
  made.close();
  expect((await hanging).code).toBe('closed');
});

test('a kept connection that was closed meanwhile is no failure of its server', async () => {
  const patient = await clientOf(first, { attemptMs: 4000 });
  for (let count = 0; count < 3; count++) {
    await patient.put('k', 'body');
    for (const server of servers) server.cut();
  }
  expect([puts(first).length, puts(second).length]).toEqual([3, 0]);
});

/** What was sent before has arrived. */
async function turn(server: FakeServer): Promise<void> {
  await (await fetch(`${server.url}/objects/meanwhile`)).arrayBuffer();
}

test.each([
  { servers: 'ftp://x' },
  { servers: [] },
  { servers: 'http://x/y' },
  { deadlineMs: 0 },
  { maxSockets: -1 },
])('a client of %j is not made', (options) => {
  expect(() => new RingletClient(options)).toThrow(RingletError);
});
