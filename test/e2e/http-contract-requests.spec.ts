import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { Place, PLACES } from '../support/rings/place.js';
import { statusesIn } from '../support/rings/wire.js';

const EVERYWHERE = 'GET, HEAD, PUT, POST, DELETE, OPTIONS';

/** What holds for every request, whatever it is about: RFC 9110, 4.2 and 7; RFC 9112, 2.3 and 3.2. */
describe.each(PLACES)('requests at a $role, short way: $shortWay', (where) => {
  let place: Place;

  beforeAll(async () => {
    place = await Place.start(where, { limits: { lingerMs: 200 } });
    await place.http.put('/objects/there').send('x').expect(201);
  });
  afterAll(() => place.stop());

  test.each([
    ['no host', ['GET /objects/there HTTP/1.1'], 400, 'bad_host'],
    ['two hosts', ['GET /objects/there HTTP/1.1', 'Host: x', 'Host: x'], 400, 'bad_host'],
    ['a host that is none', ['GET /objects/there HTTP/1.1', 'Host: x/y'], 400, 'bad_host'],
    ['no host, expecting', ['PUT /objects/never HTTP/1.1', 'Expect: 100-continue'], 400, 'bad_host'],
    ['another scheme', ['GET ftp://h/objects/there HTTP/1.1', 'Host: x'], 400, 'bad_target'],
    ['a user in its target', ['GET http://u@h/objects/there HTTP/1.1', 'Host: x'], 400, 'bad_target'],
    ['no host in its target', ['GET http:///objects/there HTTP/1.1', 'Host: x'], 400, 'bad_target'],
    ['the star', ['GET * HTTP/1.1', 'Host: x'], 400, 'bad_target'],
    ['a target of CONNECT', ['GET h:80 HTTP/1.1', 'Host: x'], 400, 'bad_request'],
    ['chunks by HTTP/1.0', ['PUT /objects/never HTTP/1.0', 'Transfer-Encoding: chunked'], 400, 'bad_request'],
    ['HTTP/0.9', ['GET /objects/there'], 505, 'unknown_http_version'],
    ['HTTP/1.2', ['GET /objects/there HTTP/1.2', 'Host: x'], 505, 'unknown_http_version'],
    ['HTTP/2.0', ['GET /objects/there HTTP/2.0', 'Host: x'], 505, 'unknown_http_version'],
    ['HTTP/3', ['GET /objects/there HTTP/3', 'Host: x'], 505, 'unknown_http_version'],
    ['the preface of HTTP/2', ['PRI * HTTP/2.0', '', 'SM'], 505, 'unknown_http_version'],
    ['a version that is none', ['GET /objects/there HTTP/x', 'Host: x'], 400, 'bad_request'],
    ['CONNECT', ['CONNECT h:80 HTTP/1.1', 'Host: x'], 405, 'method_not_allowed'],
  ])('%s is refused, and the connection ends', async (_what, head, status, code) => {
    const text = await place
      .wire()
      .send(...head)
      .untilClosed();
    expect(statusesIn(text)).toEqual([status]);
    expect(text).toMatch(/\r\nConnection: close\r\n/i);
    expect(text).toMatch(/\r\nContent-Type: application\/problem\+json\r\n/);
    expect(text).toMatch(/\r\nDate: /);
    expect(text).toContain(`"code":"${code}"`);
    expect(text).toContain(`\r\nRinglet-Server: ${place.server.identity.name}\r\n`);
    expect(text.includes('\r\nRinglet-Primary: ')).toBe(where.role === 'backup');
    expect(text.includes(`\r\nAllow: ${EVERYWHERE}\r\n`)).toBe(status === 405);
    expect(await place.holdersOf('never')).toEqual([]);
  });

  test('a body that is refused with its head does not cut off the answer', async () => {
    const wire = place.wire().send('PUT /objects/never HTTP/1.1', 'Content-Length: 60000');
    expect(await wire.until(/bad_host/)).toMatch(/ 400 (.|\r|\n)*Connection: close/i);
    // The time in which a server that does not wait for the body would have closed.
    await place.http.get('/health/live').expect(200);
    expect(wire.isClosed).toBe(false);
    expect(statusesIn(await wire.sendBody('x'.repeat(60_000)).untilClosed())).toEqual([400]);
    expect(await place.holdersOf('never')).toEqual([]);
  });

  test.each([
    ['GET http://any/objects/there HTTP/1.1', 200],
    ['HEAD HTTPS://any:1/objects/there?a=b HTTP/1.1', 200],
    ['GET http://any/objects/none HTTP/1.1', 404],
    ['GET http://any/objects?prefix=a HTTP/1.1', 200],
    ['GET http://any/health/live HTTP/1.1', 200],
    ['GET http://any/objects/%zz HTTP/1.1', 400],
    ['GET http://any/nothing HTTP/1.1', 404],
    ['OPTIONS http://any/ring HTTP/1.1', 204],
    ['GET /objects/there HTTP/1.0', 200],
  ])('%s is %d, and the connection goes on', async (line, status) => {
    const wire = place.wire().send(line, 'Host: x', 'Connection: keep-alive');
    await wire.until(/\r\n\r\n/);
    await wire.send('GET /health/ready HTTP/1.1', 'Host: x').until(/"ready":true/);
    const text = await wire
      .send('PUT /objects/there HTTP/1.1', 'Host:', 'Content-Length: 0')
      .until(/ 204 No/);
    expect(statusesIn(text)[0]).toBe(status);
    wire.destroy();
  });

  test('a PUT with an absolute target is stored under its key', async () => {
    const wire = place.wire();
    wire.send(
      'PUT http://other:80/objects/absolute HTTP/1.1',
      'Host: x',
      'Content-Length: 1',
      'Expect: 100-continue',
    );
    await wire.until(/ 100 /);
    await wire.sendBody('a').until(/ 201 /);
    wire.destroy();
    for (const url of place.ring.urls)
      expect(await (await fetch(`${url}/objects/absolute`)).text()).toBe('a');
  });

  test('a client of HTTP/1.0 is served, without a host, and then let go', async () => {
    const put = place.wire().send('PUT /objects/old HTTP/1.0', 'Content-Length: 1').sendBody('o');
    expect(await put.untilClosed()).toMatch(/^HTTP\/1\.1 201 /);
    const get = await place.wire().send('GET /objects/old HTTP/1.0').untilClosed();
    expect(get).toMatch(/^HTTP\/1\.1 200 (.|\r|\n)*Connection: close\r\n\r\no$/i);
    expect(await place.wire().send('GET /objects HTTP/1.0').untilClosed()).toMatch(/"key":"old"/);
  });

  test('an upgrade that is offered is passed over', async () => {
    const offer = [
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
    ];
    const wire = place.wire().send('GET /objects/none HTTP/1.1', 'Host: x', ...offer);
    expect(statusesIn(await wire.until(/no_object/))).toEqual([404]);
    wire.destroy();
  });

  test('OPTIONS * is about the server', async () => {
    const wire = place.wire().send('OPTIONS * HTTP/1.1', 'Host: x');
    const text = await wire.until(/\r\n\r\n$/);
    expect(text).toMatch(/^HTTP\/1\.1 204 /);
    expect(text).toContain(`\r\nAllow: ${EVERYWHERE}\r\n`);
    expect(text).not.toMatch(/content-length/i);
    await wire.send('GET /health/live HTTP/1.1', 'Host: x').until(/"live":true/);
    wire.destroy();
  });
});
