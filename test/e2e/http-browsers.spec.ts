import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { type FakeServer, startFakeServer } from '../support/rings/fake-server.js';
import { Wire } from '../support/rings/wire.js';

describe.each([
  ['the short way', true],
  ['the way through Nest', false],
])('what a browser is told of every answer, by %s', (_way, shortWay) => {
  let fake: FakeServer;
  beforeAll(async () => {
    fake = await startFakeServer({ shortWay, environment: { AUTH_TOKEN: 't', READ_TOKEN: 'r' } });
    await request(fake.url).put('/objects/there').auth('any', 't').send('x').expect(201);
  });
  afterAll(() => fake.server.stop());

  test.each([
    ['GET', '/objects/there', 200],
    ['HEAD', '/objects/there', 200],
    ['PUT', '/objects/there', 204],
    ['OPTIONS', '/objects/there', 204],
    ['PATCH', '/objects/there', 405],
    ['DELETE', '/objects/none', 404],
    ['GET', '/objects/none', 404],
    ['GET', '/objects/%zz', 400],
    ['GET', '/objects', 200],
    ['OPTIONS', '/objects', 204],
    ['GET', '/objects?limit=0', 400],
    ['GET', '/ring', 200],
    ['OPTIONS', '/ring', 204],
    ['POST', '/ring', 405],
    ['GET', '/health/live', 200],
    ['GET', '/health/ready', 200],
    ['GET', '/nothing', 404],
    ['GET', '/%zz', 404],
    ['GET', '/nothing/', 404],
    ['POST', '/', 405],
    ['GET', 'nonsense', 400],
    ['GET', '*', 400],
    ['CONNECT', 'x:80', 405],
    ['BREW', '/objects/there', 405],
  ])('%s %s', async (method, path, status) => {
    const head = [`${method} ${path} HTTP/1.1`, 'Host: x', 'Authorization: Bearer t', 'Content-Length: 0'];
    const text = await new Wire(fake.url).send(...head, 'Connection: close').untilClosed();
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text.match(/^X-Content-Type-Options: .*$/gim)).toEqual(['X-Content-Type-Options: nosniff']);
    expect(text.match(/^Content-Security-Policy: .*$/gim)).toEqual([
      "Content-Security-Policy: sandbox; default-src 'none'",
    ]);
    expect(text).not.toMatch(/^X-Powered-By:/im);
  });

  test('a refusal and a broken request say the same', async () => {
    const refused = await new Wire(fake.url)
      .send('GET /objects/there HTTP/1.1', 'Host: x', 'Connection: close')
      .untilClosed();
    const broken = await new Wire(fake.url).sendBody('\x16\x03\x01\x02\x00\x01').untilClosed();
    for (const text of [refused, broken]) {
      expect(text).toMatch(/^HTTP\/1\.1 40[01] /);
      expect(text).toMatch(/nosniff\r\nContent-Security-Policy: sandbox; default-src 'none'\r\n/);
    }
  });
});
