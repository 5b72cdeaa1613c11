import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { Archipelago, islandsOf, isUp } from '../support/islands/archipelago.js';
import { answer, GOOD, Hostile, HOSTILE_ID, json, ringOf, type Trick } from '../support/islands/hostile.js';
import { until } from '../support/rings/until.js';

/** The deadline of a question, and what the rest takes. */
const DEADLINE_MS = 2_000;
const LARGE_BYTES = 300 * 1024;

const say =
  (...parts: readonly string[]): Trick =>
  (socket) =>
    void socket.write(parts.join(''), 'latin1');
const sayAndEnd =
  (text: string): Trick =>
  (socket) =>
    socket.end(text, 'latin1');

function drip(begin: string, drop: string, everyMs: number): Trick {
  return (socket) => {
    socket.write(begin);
    const timer = setInterval(() => socket.write(drop), everyMs);
    socket.once('close', () => clearInterval(timer));
  };
}

let hostile: Hostile;
let sea: Archipelago;
let url: string;
let keys = 0;

beforeAll(async () => {
  hostile = await Hostile.start();
  sea = await Archipelago.start({ south: { alsoKnows: [hostile.url] } });
  url = sea.url('south');
  await until('it is known', () => isUp(url, 'evil'));
});
afterAll(async () => {
  await sea.stop();
  hostile.stop();
});
beforeEach(() => void hostile.asked.splice(0));

const nextKey = () => `key-${++keys}`;

describe('a read that another island answers badly', () => {
  const withLength = (length: string, body: string) =>
    sayAndEnd(answer('200 OK', { ...GOOD, 'Content-Length': length }, body));

  test.each<readonly [string, Trick]>([
    ['not at all', () => undefined],
    ['by hanging up', (socket) => socket.destroy()],
    ['with garbage', sayAndEnd('\u0000\u0001 garbage\r\n\r\n')],
    ['with garbage without end', drip('HTTP/1.1 200 OK\r\nX: ', 'x'.repeat(4096), 5)],
    ['with a head that drips', drip('HTTP/1.1 200 OK\r\nX: ', 'x', 50)],
    ['with endless interim answers', drip('', 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n', 5)],
    [
      'with a change of protocol',
      sayAndEnd('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    ],
    ['with huge headers', sayAndEnd(answer('200 OK', { ...GOOD, X: 'x'.repeat(32 * 1024) }, 'x'))],
    ['with huge metadata', sayAndEnd(answer('200 OK', { ...GOOD, 'Object-Meta-A': 'x'.repeat(9000) }, 'x'))],
    ['without an ETag', sayAndEnd(answer('200 OK', { 'Last-Modified': GOOD['Last-Modified'] }, 'x'))],
    ['with a weak ETag', sayAndEnd(answer('200 OK', { ...GOOD, ETag: 'W/"1"' }, 'x'))],
    [
      'without a length',
      say(`HTTP/1.1 200 OK\r\nETag: "1"\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`),
    ],
    ['with less than its length', withLength('50', 'short')],
    [
      'with a short body that takes long',
      drip(answer('200 OK', { ...GOOD, 'Content-Length': '250000' }), 'x'.repeat(2_000), 50),
    ],
    ['with a length that is none', withLength('5x', 'short')],
    ['with two lengths', sayAndEnd(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx`)],
    ['with a redirect', sayAndEnd(answer('302 Found', { Location: 'http://127.0.0.1:1/secret' }))],
    [
      'with a part that was not asked for',
      sayAndEnd(answer('206 Partial', { ...GOOD, 'Content-Range': 'bytes 0-0/9' }, 'x')),
    ],
    ['with 304 to what has no condition', sayAndEnd(answer('304 Not Modified', GOOD))],
    ['with 401', sayAndEnd(answer('401 Unauthorized'))],
    ['with 500', sayAndEnd(answer('500 Oops', {}, 'x'.repeat(100_000)))],
  ])('%s, is 404 within the deadline, and clear when that island is named', async (_how, trick) => {
    hostile.trick = trick;
    const key = nextKey();
    const since = performance.now();
    const { body } = await request(url).get(`/objects/${key}`).expect(404);
    expect(performance.now() - since).toBeLessThan(DEADLINE_MS);
    expect(hostile.asked).not.toEqual([]);
    expect(body).toMatchObject({ code: 'no_object', detail: expect.stringMatching(/evil: it.*[^.]\.$/) });
  });

  test.each<readonly [string, Trick, number, string]>([
    ['with garbage', sayAndEnd('garbage\r\n\r\n'), 502, 'island_answer'],
    ['with less than its length', withLength('50', 'short'), 502, 'island_answer'],
    ['with a redirect', sayAndEnd(answer('307 Moved', { Location: '/other' })), 502, 'island_answer'],
    [
      'with a body that drips',
      drip(answer('200 OK', { ...GOOD, 'Content-Length': '9999' }), 'x', 50),
      504,
      'island_timeout',
    ],
    ['with 503', sayAndEnd(answer('503 Busy')), 503, 'island_unreachable'],
  ])('%s, is told when the island is named', async (_how, trick, status, code) => {
    hostile.trick = trick;
    const { body, headers } = await request(url).get(`/objects/islands/evil/${nextKey()}`).expect(status);
    expect([body.code, headers['ringlet-island']]).toEqual([code, 'evil']);
    expect(body.detail).toMatch(/^evil: .+\.$/);
  });

  test('is not asked for again at once', async () => {
    hostile.trick = () => undefined;
    const key = nextKey();
    const { body } = await request(url).get(`/objects/${key}`).expect(404);
    const asked = hostile.asked.length;
    const again = await request(url).get(`/objects/${key}`).expect(404);
    expect(hostile.asked).toHaveLength(asked);
    expect(again.body.detail).toBe(body.detail);
    expect(body.detail).toContain('evil: ');
  });

  test('sees its own connection cut when a large body breaks off', async () => {
    hostile.trick = sayAndEnd(answer('200 OK', { ...GOOD, 'Content-Length': String(LARGE_BYTES) }, 'short'));
    await expect(fetch(`${url}/objects/${nextKey()}`).then((given) => given.text())).rejects.toThrow(
      'terminated',
    );
  });

  test('and is cut when a large body drips', async () => {
    hostile.trick = drip(answer('200 OK', { ...GOOD, 'Content-Length': String(LARGE_BYTES) }), 'x', 50);
    const since = performance.now();
    await expect(fetch(`${url}/objects/${nextKey()}`).then((given) => given.text())).rejects.toThrow(
      'terminated',
    );
    expect(performance.now() - since).toBeLessThan(5000);
  });

  test('takes none of its headers but those of the list', async () => {
    hostile.trick = sayAndEnd(
      answer(
        '200 OK',
        {
          ...GOOD,
          'Content-Type': 'text/html',
          'Set-Cookie': 'a=b',
          'Access-Control-Allow-Origin': '*',
          'Content-Security-Policy': 'none',
          'Content-Encoding': 'gzip',
          'Ringlet-Server': 'evil',
          'Object-Meta-By': 'me',
        },
        'hello',
      ),
    );
    const { headers } = await request(url).get(`/objects/${nextKey()}`).expect(200);
    expect(headers).toMatchObject({
      'content-security-policy': "sandbox; default-src 'none'",
      'ringlet-server': 'server-1',
      'ringlet-island': 'evil',
      'object-meta-by': 'me',
    });
    for (const name of ['set-cookie', 'access-control-allow-origin', 'content-encoding'])
      expect(headers).not.toHaveProperty(name);
  });

  test('tells it nothing of the client but the wishes', async () => {
    hostile.trick = sayAndEnd(answer('404 Not Found'));
    await request(url)
      .get(`/objects/${nextKey()}?secret=1`)
      .set({ Authorization: 'Bearer client', Cookie: 'a=b', Range: 'bytes=0-1' })
      .expect(404);
    const [head] = hostile.asked;
    expect(head).toMatch(/^GET \/objects\/key-\d+ HTTP/);
    expect(head).toMatch(/\r\nRange: bytes=0-1\r\n/);
    expect(head).toMatch(new RegExp(`\\r\\nRinglet-Visited: [0-9a-f]{12}, ${HOSTILE_ID}\\r\\n`));
    expect(head).not.toMatch(/Authorization|Cookie|secret/i);
  });
});

describe('a write that another island answers badly', () => {
  test.each<readonly [string, Trick, number, string]>([
    ['by hanging up', (socket) => socket.destroy(), 504, 'outcome_unknown'],
    ['with garbage', sayAndEnd('garbage\r\n\r\n'), 504, 'outcome_unknown'],
    [
      'with a redirect',
      sayAndEnd(answer('307 Moved', { Location: 'http://127.0.0.1:1/' })),
      504,
      'outcome_unknown',
    ],
    ['with 200', sayAndEnd(answer('200 OK')), 504, 'outcome_unknown'],
    ['with 403', sayAndEnd(answer('403 Forbidden')), 502, 'island_answer'],
    [
      'with a code that does not fit',
      sayAndEnd(answer('409 X', {}, '{"code":"no_object"}')),
      504,
      'outcome_unknown',
    ],
  ])('%s, has no success', async (_how, trick, status, code) => {
    hostile.trick = trick;
    const { body, headers } = await request(url)
      .put(`/objects/islands/evil/${nextKey()}`)
      .send('x')
      .expect(status);
    expect([body.code, headers['ringlet-island']]).toEqual([code, 'evil']);
  });

  test('is refused in the words of this island, and takes known headers only', async () => {
    const forged = { ETag: 'W/"x"', 'Ringlet-Revision': 'evil', 'Set-Cookie': 'a=b' };
    hostile.trick = sayAndEnd(answer('412 No', forged, '{"code":"precondition_failed","title":"evil"}'));
    const { body } = await request(url).put('/objects/islands/evil/x').send('x').expect(412);
    expect(body.title).toContain('condition');
    hostile.trick = sayAndEnd(answer('201 Created', forged));
    const { headers } = await request(url).put('/objects/islands/evil/x').send('x').expect(201);
    for (const name of ['etag', 'ringlet-revision', 'set-cookie']) expect(headers).not.toHaveProperty(name);
  });

  test('is given up with its client', async () => {
    let isClosed = false;
    hostile.trick = (socket) => socket.once('close', () => (isClosed = true));
    const end = new AbortController();
    const gone = fetch(`${url}/objects/islands/evil/x`, {
      method: 'PUT',
      body: new ReadableStream({ start: (controller) => controller.enqueue(Buffer.alloc(1024)) }),
      duplex: 'half',
      signal: end.signal,
    } as RequestInit);
    await until('it has come', () => hostile.asked.length === 1);
    end.abort();
    await expect(gone).rejects.toThrow('aborted');
    await until('it is given up', () => isClosed);
  });

  test('is answered early while its body still comes', async () => {
    hostile.trick = (socket) => {
      socket.write(answer('413 Large', {}, '{"code":"object_too_large"}'));
      socket.resume();
    };
    const body = Buffer.alloc(2 ** 20);
    const { status } = await request(url).put('/objects/islands/evil/x').send(body);
    expect(status).toBe(413);
  });
});

describe('what another island says of itself', () => {
  const tricks: readonly (readonly [string, Trick, string])[] = [
    ['garbage', sayAndEnd('garbage\r\n\r\n'), 'it sent what is no HTTP answer'],
    ['a page', sayAndEnd(answer('200 OK', {}, '<html>')), 'what answers is no server of a ring'],
    ['a redirect', sayAndEnd(answer('302 Found', { Location: 'http://127.0.0.1:1/' })), 'it answers 302'],
    [
      'an endless ring',
      (socket) => drip('HTTP/1.1 200 OK\r\n\r\n', ' '.repeat(65_536), 1)(socket, ''),
      'too large',
    ],
    ['a ring that drips', drip('HTTP/1.1 200 OK\r\n\r\n', ' ', 50), 'all of its answer in time'],
    [
      'that it leaves',
      (socket) => socket.end(json(ringOf('http://evil', { state: 'left' }))),
      'it is no member',
    ],
  ];

  test.each(tricks)('%s, takes it down, and the truth brings it back', async (_what, trick, error) => {
    const { ring } = hostile;
    hostile.ring = trick;
    await until('it is down', async () => !(await isUp(url, 'evil')));
    const [island] = await islandsOf(url);
    expect(island).toMatchObject({ name: 'evil', state: 'down', url: null });
    expect(island!.lastError).toContain(error);
    await request(url).get('/objects/none').expect(404);
    hostile.ring = ring;
    await until('it is back', () => isUp(url, 'evil'));
  });

  test('makes nobody call the members that it names', async () => {
    const victim = await Hostile.start();
    const called: unknown[] = [];
    victim.ring = () => called.push(1);
    hostile.ring = (socket) => socket.end(json(ringOf(victim.url)));
    await until('they are shown', async () => (await islandsOf(url))[0]!.members[0]!.url === victim.url);
    hostile.trick = (socket) => socket.destroy();
    await request(url).get(`/objects/${nextKey()}`).expect(404);
    await request(url).put('/objects/islands/evil/x').send('x').expect(504);
    expect([called, victim.asked]).toEqual([[], []]);
    victim.stop();
  });
});
