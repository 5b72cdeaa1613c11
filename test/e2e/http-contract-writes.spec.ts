import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { labelsOf, Place, PLACES } from '../support/rings/place.js';

const ALLOWED = 'GET, HEAD, PUT, DELETE, OPTIONS';

describe.each(PLACES)('PUT and DELETE at a $role, short way: $shortWay', (where) => {
  let place: Place;
  const http = () => place.http;

  beforeAll(async () => {
    place = await Place.start(where, { environment: { MAX_OBJECT_SIZE: '100000' } });
  });
  afterAll(() => place.stop());

  test('a new object is 201, its replacement 204, both with the revision', async () => {
    const first = await http().put('/objects/new').send('1').expect(201, '');
    expect(first.headers['content-length']).toBe('0');
    const second = await http().put('/objects/new').send('2').expect(204, '');
    expect(second.headers).not.toHaveProperty('content-length');
    expect(Number(second.headers['ringlet-revision'])).toBe(Number(first.headers['ringlet-revision']) + 1);
    for (const { headers } of [first, second]) {
      expect(headers.etag).toMatch(/^"\d+-[0-9a-f]{16}"$/);
      expect(headers['ringlet-revision']).toMatch(/^\d+$/);
      expect(headers).not.toHaveProperty('ringlet-view');
      expect(labelsOf(headers)).toEqual(place.labels);
    }
    expect(second.headers.etag).not.toBe(first.headers.etag);
  });

  test('an object comes back as it was sent', async () => {
    const body = Buffer.from([0, 1, 2, 0xff, 0xfe]);
    await http()
      .put('/objects/a/b?x=1')
      .set('Content-Type', 'text/x-odd; charset=none')
      .set('Object-Meta-Colour', 'blue')
      .send(body)
      .expect(201);
    const answer = await http().get('/objects/a/b?prefx=y').buffer().responseType('blob').expect(200);
    expect(answer.body).toEqual(body);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/x-odd; charset=none',
      'content-length': '5',
      'object-meta-colour': 'blue',
    });
  });

  test('a body that claims to be JSON and is not is a body', async () => {
    await http().put('/objects/json').set('Content-Type', 'application/json').send('{nope').expect(201);
    const { body } = await http().get('/objects/json').responseType('blob').expect(200);
    expect(String(body)).toBe('{nope');
  });

  test('an empty body and a chunked one are kept', async () => {
    await http().put('/objects/empty').expect(201);
    await http().get('/objects/empty').expect(200).expect('Content-Length', '0');
    const wire = place.wire();
    wire.send('PUT /objects/chunked HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked');
    wire.sendBody('3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n');
    await wire.until(/ 201 /);
    wire.destroy();
    const { headers } = await http().get('/objects/chunked').expect(200);
    expect(headers['content-length']).toBe('5');
  });

  test('without a content type it is octets', async () => {
    const wire = place.wire().send('PUT /objects/untyped HTTP/1.1', 'Host: x', 'Content-Length: 1');
    await wire.sendBody('a').until(/ 201 /);
    wire.destroy();
    const { headers } = await http().get('/objects/untyped').expect(200);
    expect(headers['content-type']).toBe('application/octet-stream');
  });

  test('of a header that is given twice nothing is dropped', async () => {
    const twice = ['Content-Type: a/b', 'Content-Type: c/d', 'Object-Meta-A: 1', 'Object-Meta-A: 2'];
    const wire = place.wire().send('PUT /objects/twice HTTP/1.1', 'Host: x', 'Content-Length: 0', ...twice);
    await wire.until(/ 201 /);
    wire.destroy();
    const { headers } = await http().get('/objects/twice').expect(200);
    expect(headers).toMatchObject({ 'content-type': 'a/b, c/d', 'object-meta-a': '1, 2' });
  });

  test('dots and escaped slashes are parts of a key', async () => {
    const wire = place.wire();
    wire.send('PUT /objects/../health/%2e%2E//live HTTP/1.1', 'Host: x', 'Content-Length: 1').sendBody('d');
    await wire.until(/ 201 /);
    wire.send('GET /objects/..%2Fhealth/..%2f%2flive?q HTTP/1.1', 'Host: x');
    expect(await wire.until(/\r\n\r\nd$/)).toContain('HTTP/1.1 200 OK');
    wire.send('GET http://any/objects/%2E./health/..//live HTTP/1.1', 'Host: x');
    await wire.until(/\r\n\r\nd(.|\r|\n)*\r\n\r\nd$/);
    wire.destroy();
  });

  test.each([
    { key: 'nothing', path: '/objects/', code: 'key_empty' },
    { key: 'bad digits', path: '/objects/%zz', code: 'key_encoding' },
    { key: 'bad UTF-8', path: '/objects/%ff', code: 'key_encoding' },
    { key: 'a fragment', path: '/objects/a#b', code: 'key_encoding' },
    { key: 'a control character', path: '/objects/a%0db', code: 'key_control_character' },
    { key: 'too much', path: `/objects/${'k'.repeat(1025)}`, code: 'key_too_long' },
  ])('a key of $key is 400 $code for every method', async ({ path, code }) => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const wire = place.wire().send(`${method} ${path} HTTP/1.1`, 'Host: x', 'Content-Length: 0');
      const text = await wire.until(/"retryable":false}$/);
      expect(text).toMatch(/^HTTP\/1\.1 400 (.|\r|\n)*Content-Type: application\/problem\+json\r\n/);
      expect(text).toContain(`"code":"${code}"`);
      expect(text).toMatch(/\r\nRinglet-Server: /);
      // The connection goes on.
      await wire.send('GET /health/live HTTP/1.1', 'Host: x').until(/"live":true/);
      wire.destroy();
    }
  });

  test('conditions', async () => {
    await http().put('/objects/cond').set('If-Match', '*').send('0').expect(412);
    await http().put('/objects/cond').set('If-None-Match', '*').send('1').expect(201);
    const refused = await http().put('/objects/cond').set('If-None-Match', '*').send('2').expect(412);
    expect(refused.body).toMatchObject({ code: 'precondition_failed' });
    expect(labelsOf(refused.headers)).toEqual(place.labels);
    expect(refused.headers).not.toHaveProperty('etag');
    const { headers } = await http().get('/objects/cond').expect(200, '1');
    const etag = String(headers.etag);
    for (const tags of ['"x"', `W/${etag}`]) {
      await http().put('/objects/cond').set('If-Match', tags).send('2').expect(412);
      await http().delete('/objects/cond').set('If-Match', tags).expect(412);
    }
    await http().put('/objects/cond').set('If-Match', `"x", ${etag}`).send('2').expect(204);
    await http().delete('/objects/cond').set('If-Match', etag).expect(412);
    await http().delete('/objects/cond').set('If-None-Match', '*').expect(412);
    await http().delete('/objects/cond').set('If-Match', '*').expect(204);
  });

  test('If-Match takes the place of If-Unmodified-Since, and If-Modified-Since is about reads', async () => {
    const long = 'Sun, 06 Nov 1994 08:49:37 GMT';
    const { headers } = await http().put('/objects/dated').send('1').expect(201);
    const put = () => http().put('/objects/dated').set('If-Modified-Since', new Date().toUTCString());
    const next = await put().set('If-Match', String(headers.etag)).set('If-Unmodified-Since', long).send('2');
    expect(next.status).toBe(204);
    await put().send('3').expect(204);
  });

  const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
  test.each([
    { name: 'If-Match', value: 'x', status: 400, code: 'bad_condition' },
    { name: 'If-None-Match', value: '"a"', status: 400, code: 'unsupported_condition' },
    { name: 'If-Unmodified-Since', value: date, status: 400, code: 'unsupported_condition' },
    { name: 'Content-Range', value: 'bytes 0-1/2', status: 400, code: 'partial_put' },
    { name: 'Content-Encoding', value: 'gzip', status: 415, code: 'unsupported_encoding' },
    { name: 'Object-Meta-A', value: 'x'.repeat(8192), status: 400, code: 'bad_meta' },
    { name: 'Content-Type', value: 'x'.repeat(1025), status: 400, code: 'bad_content_type' },
    { name: 'X-TTL', value: 'soon', status: 400, code: 'bad_ttl' },
    { name: 'Idempotency-Key', value: '""', status: 400, code: 'bad_idempotency_key' },
  ])('a PUT with a bad $name is $status $code', async ({ name, value, status, code }) => {
    const { body, headers } = await http().put('/objects/bad').set(name, value).send('x').expect(status);
    expect(body).toMatchObject({ type: `urn:ringlet:problem:${code}`, status, code, retryable: false });
    expect(headers['content-type']).toBe('application/problem+json');
    expect(headers['accept-encoding']).toBe(status === 415 ? 'identity' : undefined);
    expect(labelsOf(headers)).toEqual(place.labels);
    expect(await place.holdersOf('bad')).toEqual([]);
  });

  test.each(['1.1', '1.0'])('a PUT by HTTP/%s that does not tell its length is 411', async (version) => {
    const wire = place.wire().send(`PUT /objects/unmeasured HTTP/${version}`, 'Host: x');
    expect(await wire.until(/length_required/)).toMatch(/^HTTP\/1\.1 411 Length Required\r\n/);
    wire.destroy();
    expect(await place.holdersOf('unmeasured')).toEqual([]);
  });

  test('an object of MAX_OBJECT_SIZE is kept, a larger one is 413', async () => {
    const limit = 100_000;
    await http().put('/objects/large').send(Buffer.alloc(limit)).expect(201);
    await http().get('/objects/large').expect(200).expect('Content-Length', String(limit));
    const wire = place.wire();
    wire.send('PUT /objects/larger HTTP/1.1', 'Host: x', `Content-Length: ${limit + 1}`);
    const text = await wire.until(/object_too_large/);
    expect(text).toMatch(/ 413 (.|\r|\n)*Connection: close/);
    expect(text).toContain('MAX_OBJECT_SIZE is 100000 at this server.');
    wire.destroy();
    expect(await place.holdersOf('larger')).toEqual([]);
  });

  test('DELETE is 204, then 404', async () => {
    const put = await http().put('/objects/gone').send('x').expect(201);
    const { headers } = await http().delete('/objects/gone').expect(204, '');
    expect(Number(headers['ringlet-revision'])).toBe(Number(put.headers['ringlet-revision']) + 1);
    expect(headers).not.toHaveProperty('etag');
    expect(labelsOf(headers)).toEqual(place.labels);
    expect(await place.holdersOf('gone')).toEqual([]);
    const again = await http().delete('/objects/gone').expect(404);
    expect(again.body.code).toBe('no_object');
    expect(labelsOf(again.headers)).toEqual(place.labels);
  });

  test('other methods are 405 with Allow, and OPTIONS tells them', async () => {
    for (const method of ['post', 'patch', 'trace', 'propfind'] as const) {
      const { headers, body } = await http()[method]('/objects/x').expect(405);
      expect(headers.allow).toBe(ALLOWED);
      expect(body.code).toBe('method_not_allowed');
      expect(labelsOf(headers)).toEqual(place.labels);
    }
    const { headers } = await http().options('/objects/x').expect(204, '').expect('Allow', ALLOWED);
    expect(labelsOf(headers)).toEqual(place.labels);
  });
});
