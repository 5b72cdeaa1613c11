import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { type FakeServer, startFakeServer } from '../support/rings/fake-server.js';
import { Wire } from '../support/rings/wire.js';

const WAYS = [
  ['the short way', true],
  ['the way through Nest', false],
] as const;

describe.each(WAYS)('objects by %s', (_way, shortWay) => {
  let fake: FakeServer;
  const http = () => request(fake.url);

  beforeAll(async () => {
    fake = await startFakeServer({ shortWay });
  });
  afterAll(() => fake.server.stop());

  const put = async (key: string, body = 'hello') => {
    const { headers } = await http().put(`/objects/${key}`).send(body).expect(201);
    return headers.etag as string;
  };

  test('a new object is 201, its replacement 204, both with the revision', async () => {
    const first = await http().put('/objects/new').send('1').expect(201);
    expect(first.headers).toMatchObject({ 'ringlet-server': 'fake', 'content-length': '0' });
    const second = await http().put('/objects/new').send('2').expect(204);
    expect(second.headers.etag).toMatch(/^"\d+-[0-9a-f]{16}"$/);
    expect(Number(second.headers['ringlet-revision'])).toBe(Number(first.headers['ringlet-revision']) + 1);
  });

  test('an object comes back as it was sent', async () => {
    const body = Buffer.from([0, 1, 2, 0xff, 0xfe]);
    await http()
      .put('/objects/a/b?x=1')
      .set('Content-Type', 'text/x-odd; charset=none')
      .set('Object-Meta-Colour', 'blue')
      .send(body)
      .expect(201);
    const answer = await http().get('/objects/a/b').buffer().responseType('blob').expect(200);
    expect(answer.body).toEqual(body);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/x-odd; charset=none',
      'content-length': '5',
      'object-meta-colour': 'blue',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'ringlet-server': 'fake',
    });
    expect(Date.parse(String(answer.headers['last-modified']))).not.toBeNaN();
    expect(answer.headers).not.toHaveProperty('ringlet-primary');
  });

  test('a body that claims to be JSON and is not is a body', async () => {
    await http().put('/objects/json').set('Content-Type', 'application/json').send('{nope').expect(201);
    const { text } = await http().get('/objects/json').buffer().parse(asText).expect(200);
    expect(text).toBe('{nope');
  });

  test('an empty body and a chunked one are kept', async () => {
    await http().put('/objects/empty').expect(201);
    await http().get('/objects/empty').expect(200).expect('Content-Length', '0');
    const wire = new Wire(fake.url);
    wire.send('PUT /objects/chunked HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked');
    wire.sendBody('3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n');
    await wire.until(/ 201 /);
    wire.destroy();
    const { headers } = await http().get('/objects/chunked').expect(200);
    expect(headers['content-length']).toBe('5');
  });

  test('without a content type it is octets', async () => {
    const wire = new Wire(fake.url).send('PUT /objects/untyped HTTP/1.1', 'Host: x', 'Content-Length: 1');
    await wire.sendBody('a').until(/ 201 /);
    wire.destroy();
    const { headers } = await http().get('/objects/untyped').expect(200);
    expect(headers['content-type']).toBe('application/octet-stream');
  });

  test('HEAD is GET without the body', async () => {
    await put('head');
    const get = await http().get('/objects/head').expect(200);
    const head = await http().head('/objects/head').expect(200);
    expect(withoutDate(head.headers)).toEqual(withoutDate(get.headers));
    const missing = await http().head('/objects/none').expect(404);
    expect(missing.headers['content-type']).toBe('application/problem+json');
  });

  test('dots and escaped slashes are parts of a key', async () => {
    const wire = new Wire(fake.url);
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
    { key: 'a control character', path: '/objects/a%0db', code: 'key_control_character' },
    { key: 'too much', path: `/objects/${'k'.repeat(1025)}`, code: 'key_too_long' },
  ])('a key of $key is 400 $code for every method', async ({ path, code }) => {
    for (const method of ['get', 'put', 'delete', 'patch'] as const) {
      const { body, headers } = await http()[method](path).expect(400);
      expect(body).toMatchObject({ status: 400, code, retryable: false });
      expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'ringlet-server': 'fake' });
    }
  });

  test('conditions of a write', async () => {
    await http().put('/objects/cond').set('If-Match', '*').send('0').expect(412);
    await http().put('/objects/cond').set('If-None-Match', '*').send('1').expect(201);
    const refused = await http().put('/objects/cond').set('If-None-Match', '*').send('2').expect(412);
    expect(refused.body).toMatchObject({ code: 'precondition_failed' });
    const { headers } = await http().get('/objects/cond').expect(200, '1');
    await http().put('/objects/cond').set('If-Match', '"x"').send('2').expect(412);
    await http().put('/objects/cond').set('If-Match', `"x", ${headers.etag}`).send('2').expect(204);
    await http().delete('/objects/cond').set('If-Match', String(headers.etag)).expect(412);
    await http().delete('/objects/cond').set('If-Match', '*').expect(204);
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
  ])('a PUT with a bad $name is $status $code', async ({ name, value, status, code }) => {
    const { body } = await http().put('/objects/bad').set(name, value).send('x').expect(status);
    expect(body.code).toBe(code);
    await http().get('/objects/bad').expect(404);
  });

  test('conditions of a read', async () => {
    const etag = await put('read');
    const { headers } = await http().get('/objects/read').set('If-None-Match', `"x", W/${etag}`).expect(304);
    expect(headers).toMatchObject({ etag, 'ringlet-server': 'fake' });
    expect(headers).not.toHaveProperty('content-length');
    await http().get('/objects/read').set('If-Match', '"x"').expect(412);
    await http().get('/objects/read').set('If-None-Match', 'x').expect(400);
    await http().get('/objects/read').set('If-Modified-Since', String(headers['last-modified'])).expect(304);
    await http().get('/objects/none').set('If-Match', '*').expect(404);
  });

  test('ranges', async () => {
    const etag = await put('range', '0123456789');
    const part = await http().get('/objects/range').set('Range', 'bytes=-3').expect(206, '789');
    expect(part.headers).toMatchObject({ 'content-range': 'bytes 7-9/10', 'content-length': '3', etag });
    await http().get('/objects/range').set('Range', 'bytes=2-4').set('If-Range', etag).expect(206, '234');
    await http()
      .get('/objects/range')
      .set('Range', 'bytes=2-4')
      .set('If-Range', '"x"')
      .expect(200, '0123456789');
    await http().get('/objects/range').set('Range', 'bytes=0-1,4-5').expect(200);
    await http().head('/objects/range').set('Range', 'bytes=0-1').expect(206).expect('Content-Length', '2');
    const beyond = await http().get('/objects/range').set('Range', 'bytes=10-').expect(416);
    expect(beyond.headers['content-range']).toBe('bytes */10');
    expect(beyond.body.code).toBe('range_not_satisfiable');
  });

  test('DELETE is 204, then 404', async () => {
    await put('gone');
    const { headers } = await http().delete('/objects/gone').expect(204);
    expect(headers['ringlet-revision']).toMatch(/^\d+$/);
    expect(headers).not.toHaveProperty('etag');
    const { body } = await http().delete('/objects/gone').expect(404);
    expect(body.code).toBe('no_object');
  });

  test('other methods are 405 with Allow, and OPTIONS tells them', async () => {
    for (const method of ['post', 'patch', 'trace'] as const) {
      const { headers, body } = await http()[method]('/objects/x').expect(405);
      expect(headers.allow).toBe('GET, HEAD, PUT, DELETE, OPTIONS');
      expect(body.code).toBe('method_not_allowed');
    }
    await http().options('/objects/x').expect(204).expect('Allow', 'GET, HEAD, PUT, DELETE, OPTIONS');
    await http().post('/objects').expect(405).expect('Allow', 'GET, HEAD, OPTIONS');
  });

  test('an object of 64 KiB is kept, a larger one is 413', async () => {
    const limit = 64 * 1024;
    await http().put('/objects/large').send(Buffer.alloc(limit)).expect(201);
    await http().get('/objects/large').expect(200).expect('Content-Length', String(limit));
    const wire = new Wire(fake.url);
    wire.send('PUT /objects/larger HTTP/1.1', 'Host: x', `Content-Length: ${limit + 1}`);
    expect(await wire.until(/object_too_large/)).toMatch(/ 413 (.|\r|\n)*Connection: close/);
    wire.destroy();
    await http().get('/objects/larger').expect(404);
  });
});

function withoutDate({
  date: _date,
  connection: _connection,
  'keep-alive': _timeout,
  ...rest
}: Record<string, unknown>) {
  return rest;
}

function asText(response: request.Response, done: (error: Error | null, body: unknown) => void): void {
  let text = '';
  response.on('data', (chunk: Buffer) => {
    text += String(chunk);
  });
  response.on('end', () => {
    response.text = text;
    done(null, text);
  });
}
