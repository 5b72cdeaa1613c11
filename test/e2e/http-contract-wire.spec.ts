import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { startFakeServer } from '../support/rings/fake-server.js';
import { Place, PLACES } from '../support/rings/place.js';
import { statusesIn, Wire } from '../support/rings/wire.js';

const HASTY = {
  headersMs: 300,
  requestMs: 600,
  checkMs: 50,
  silenceMs: 600,
  keepAliveMs: 1000,
  lingerMs: 200,
};

describe.each(PLACES)('what goes wrong on the wire at a $role, short way: $shortWay', (where) => {
  let place: Place;
  const open = () => place.wire();

  beforeAll(async () => {
    place = await Place.start(where, { limits: HASTY, environment: { MAX_OBJECT_SIZE: '64KiB' } });
  });
  afterAll(() => place.stop());

  test('a body that is wished for is asked for', async () => {
    const wire = open().send(...put('asked', 'Expect: 100-continue', 'Content-Length: 2'));
    await wire.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    expect(statusesIn(await wire.sendBody('ab').until(/ 201 /))).toEqual([100, 201]);
    wire.destroy();
  });

  test.each([
    ['is too large', 'unasked', 'Content-Length: 65537', 413],
    ['has a bad key', '%zz', 'Content-Length: 1', 400],
    ['has a bad condition', 'unasked', 'Content-Length: 1\r\nIf-Match: x', 400],
  ])('a body that %s is not asked for', async (_what, key, headers, status) => {
    const text = await open()
      .send(...put(key, 'Expect: 100-continue', headers))
      .untilClosed();
    expect(statusesIn(text)).toEqual([status]);
    expect(text).toMatch(/Connection: close/i);
  });

  test('a condition behind thousands of headers is not dropped', async () => {
    await place.http.put('/objects/spared').send('old').expect(201);
    const many = Array.from({ length: 2100 }, () => 'a:');
    const wire = open().send(...put('spared', ...many, 'If-None-Match: *', 'Content-Length: 0'));
    expect(statusesIn(await wire.until(/precondition_failed/))).toEqual([412]);
    wire.destroy();
  });

  test('another transfer coding than chunked is 501', async () => {
    const wire = open().send(...put('coded', 'Transfer-Encoding: gzip, chunked'));
    expect(statusesIn(await wire.until(/unknown_transfer_coding/))).toEqual([501]);
    wire.destroy();
  });

  test('another expectation is 417', async () => {
    const wire = open().send(...put('x', 'Expect: miracles', 'Content-Length: 0'));
    expect(await wire.until(/expectation_failed/)).toContain('417');
    wire.destroy();
  });

  test('a body that was cut off is not stored', async () => {
    const wire = open().send(...put('cut', 'Content-Length: 10', 'Expect: 100-continue'));
    await wire.until(/ 100 /);
    wire.sendBody('abc').destroy();
    expect(await place.holdersOf('cut')).toEqual([]);
  });

  test('a body that ends before its announced length is 400', async () => {
    const text = await open()
      .send(...put('lie', 'Content-Length: 10'))
      .sendBody('abc')
      .end()
      .untilClosed();
    expect(text).toMatch(/ 400 (.|\r|\n)*body_incomplete/);
    expect(await place.holdersOf('lie')).toEqual([]);
  });

  test('a head that ends before its last line is 400', async () => {
    const text = await open().sendBody('PUT /objects/lie HTTP/1.1\r\nHost: x\r\n').end().untilClosed();
    expect(text).toMatch(/^HTTP\/1\.1 400 (.|\r|\n)*"code":"bad_request"/);
  });

  test('a chunked body is measured while it comes', async () => {
    const wire = open().send(...put('flood', 'Transfer-Encoding: chunked'));
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    wire.sendBody(chunk.repeat(5));
    expect(await wire.until(/object_too_large/)).toMatch(/ 413 (.|\r|\n)*Connection: close/i);
    await wire.untilClosed();
    expect(await place.holdersOf('flood')).toEqual([]);
  });

  test('a broken chunk is 400', async () => {
    const wire = open()
      .send(...put('chunk', 'Transfer-Encoding: chunked'))
      .sendBody('zz\r\n');
    expect(await wire.untilClosed()).toMatch(/ 400 (.|\r|\n)*bad_request/);
    expect(await place.holdersOf('chunk')).toEqual([]);
  });

  test('two ways to tell where the body ends are 400', async () => {
    const wire = open()
      .send(...put('both', 'Content-Length: 3', 'Transfer-Encoding: chunked'))
      .sendBody('abc');
    expect(await wire.untilClosed()).toMatch(/^HTTP\/1\.1 400 /);
    expect(await place.holdersOf('both')).toEqual([]);
  });

  test.each([
    ['no HTTP', '\x16\x03\x01\x02\x00\x01', 400, 'bad_request'],
    ['a line without its return', 'GET /objects/x HTTP/1.1\nHost: x\n\n', 400, 'bad_request'],
    ['a folded header', fault('X: y', ' z'), 400, 'bad_request'],
    ['a blank before a colon', fault('X : y'), 400, 'bad_request'],
    ['a zero byte in a header', fault('X: \0'), 400, 'bad_request'],
    ['two lengths', fault('Content-Length: 1', 'Content-Length: 2'), 400, 'bad_request'],
    ['one length twice', fault('Content-Length: 1', 'Content-Length: 1'), 400, 'bad_request'],
    ['a list of lengths', fault('Content-Length: 1, 1'), 400, 'bad_request'],
    ['a signed length', fault('Content-Length: +1'), 400, 'bad_request'],
    ['a length beyond all numbers', fault(`Content-Length: ${'9'.repeat(30)}`), 400, 'bad_request'],
    ['a coding that is not the last', fault('Transfer-Encoding: chunked, gzip'), 400, 'bad_request'],
    ['16 KiB of headers', fault(`X: ${'x'.repeat(16_384)}`), 431, 'headers_too_large'],
  ])('%s is a problem, and the connection ends', async (_what, text, status, code) => {
    const answer = await open().sendBody(text).untilClosed();
    expect(statusesIn(answer)).toEqual([status]);
    expect(answer).toMatch(/\r\nContent-Type: application\/problem\+json\r\n(.|\r|\n)*Connection: close\r\n/);
    expect(answer).toContain(`"code":"${code}"`);
    expect(answer).toContain(`\r\nRinglet-Server: ${place.server.identity.name}\r\n`);
    expect(await place.holdersOf('fault')).toEqual([]);
  });

  test.each([
    ['BREW', '/objects/x', 'GET, HEAD, PUT, DELETE, OPTIONS'],
    ['get', '/objects/x', 'GET, HEAD, PUT, DELETE, OPTIONS'],
    ['BREW', '/ring', 'GET, HEAD, OPTIONS'],
  ])('%s, which is no method, is 405 at %s', async (method, path, allow) => {
    const answer = await open().send(`${method} ${path} HTTP/1.1`, 'Host: x').untilClosed();
    expect(answer).toMatch(/^HTTP\/1\.1 405 (.|\r|\n)*"code":"method_not_allowed"/);
    expect(answer).toContain(`\r\nAllow: ${allow}\r\n`);
  });

  test.each([
    ['headers', 'GET /objects/x HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ['a body', 'PUT /objects/slow HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc'],
  ])('%s that do not end are 408', async (_what, text) => {
    const answer = await open().sendBody(text).untilClosed();
    expect(statusesIn(answer)).toEqual([408]);
    expect(answer).toContain('request_timeout');
    expect(await place.holdersOf('slow')).toEqual([]);
  });

  test('requests on one connection are answered in their order', async () => {
    const wire = open();
    wire.sendBody(
      [
        get('line'),
        write('line', '1'),
        get('line'),
        get('line'),
        write('line', '2'),
        get('line'),
        get('nope'),
      ].join(''),
    );
    const text = await wire.until(/404(.|\r|\n)*404 (.|\r|\n)*no_object/);
    expect(statusesIn(text)).toEqual([404, 201, 200, 200, 204, 200, 404]);
    expect([...text.matchAll(/\r\n\r\n([12])HTTP/g)].map(([, body]) => body)).toEqual(['1', '1', '2']);
    wire.destroy();
  });

  test('a client that asks for ever without waiting is let go', async () => {
    const wire = open().sendBody(write('endless', '1').repeat(1000));
    expect(statusesIn(await wire.untilClosed()).length).toBeLessThan(1000);
  });

  test.each([
    ['garbage', '\x00garbage\r\n\r\n', 400],
    ['a broken body', `${put('broken', 'Transfer-Encoding: chunked').join('\r\n')}\r\n\r\nzz\r\n`, 400],
    ['CONNECT', 'CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ])('%s behind writes and reads does not hide how they ended', async (what, text, status) => {
    const key = `kept-${what.replaceAll(' ', '-')}`;
    const before = write(key, '1') + write(key, '2') + get(key) + get(key);
    expect(
      statusesIn(
        await open()
          .sendBody(before + text)
          .untilClosed(),
      ),
    ).toEqual([201, 204, 200, 200, status]);
    expect(await place.holdersOf('broken')).toEqual([]);
  });

  test('an answer that is given early reaches a client that goes on sending', async () => {
    const wire = open().send(...put('%zz', 'Content-Length: 500000'));
    wire.sendBody('x'.repeat(400_000));
    expect(await wire.until(/key_encoding/)).toMatch(/Connection: close/i);
    wire.sendBody('x'.repeat(100_000));
    await wire.untilClosed();
  });

  test('a connection without requests is let go', async () => {
    const wire = open().send('GET /objects/none HTTP/1.1', 'Host: x');
    expect(statusesIn(await wire.untilClosed())).toEqual([404]);
  });

  test('a reader that stops reading is let go', async () => {
    await place.http.put('/objects/wide').send(Buffer.alloc(65_536)).expect(201);
    const wire = open().pause();
    wire.sendBody('GET /objects/wide HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(400));
    expect(await wire.untilReset()).toBeLessThan(400 * 65_536);
  });
});

function put(key: string, ...headers: string[]): string[] {
  return [`PUT /objects/${key} HTTP/1.1`, 'Host: x', ...headers];
}

function get(key: string): string {
  return `GET /objects/${key} HTTP/1.1\r\nHost: x\r\n\r\n`;
}

/** A PUT that has these headers besides. */
function fault(...headers: string[]): string {
  return `${put('fault', ...headers).join('\r\n')}\r\n\r\n`;
}

/** A PUT of one character. */
function write(key: string, body: string): string {
  return `${put(key, 'Content-Length: 1').join('\r\n')}\r\n\r\n${body}`;
}

test('connections are bounded', async () => {
  const fake = await startFakeServer({ environment: { MAX_CONNECTIONS: '2' } });
  const [first, second] = [new Wire(fake.url), new Wire(fake.url)];
  for (const wire of [first, second]) await wire.send('GET /health/live HTTP/1.1', 'Host: x').until(/true/);
  expect(await new Wire(fake.url).send('GET /health/live HTTP/1.1', 'Host: x').untilClosed()).toBe('');
  first.destroy();
  second.destroy();
  await fake.server.stop();
});
