import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { httpRingApi, objectPath } from './ring-api.js';

const api = httpRingApi();

describe('the ring over HTTP', () => {
  let server: Server;
  let port: number;
  let answer: RequestListener;

  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('reads the ring and the readiness', async () => {
    answer = ({ url }, response) =>
      response.end(url === '/ring' ? '{"view":2,"members":[{"name":"a"}],"primary":"a"}' : '');
    expect(await api.ring(port, 1_000)).toMatchObject({ view: 2, primary: 'a' });
    expect(await api.ready(port, 1_000)).toBe(true);
    answer = (_, response) => response.writeHead(503).end('not yet');
    expect(await api.ring(port, 1_000)).toBeUndefined();
    expect(await api.ready(port, 1_000)).toBe(false);
  });

  it('takes nonsense and silence for no answer', async () => {
    answer = (_, response) => response.end('<html>');
    expect(await api.ring(port, 1_000)).toBeUndefined();
    answer = () => undefined;
    expect(await api.ring(port, 20)).toBeUndefined();
    expect(await api.ready(port, 20)).toBe(false);
    expect(await api.get(port, 'a', 20)).toEqual({ kind: 'silent', why: 'no answer in time' });
  });

  it('puts and gets', async () => {
    const seen: unknown[] = [];
    answer = (request, response) => {
      request.on('data', (data) => seen.push(String(data)));
      request.on('end', () => {
        seen.push(request.method, request.url, request.headers['idempotency-key']);
        response.writeHead(201, { 'Ringlet-Revision': '5' }).end('hi');
      });
    };
    const stored = await api.put(port, 'a b/ü', 'wert', 'r1', 1_000);
    expect(stored).toEqual({
      kind: 'answer',
      status: 201,
      body: 'hi',
      bodyBytes: 2,
      revision: '5',
      view: null,
    });
    await api.get(port, 'x', 1_000);
    expect(seen).toEqual(['wert', 'PUT', '/objects/a%20b/%C3%BC', 'r1', 'GET', '/objects/x', undefined]);
  });

  it('sends the token where one is needed', async () => {
    const seen: unknown[] = [];
    answer = (request, response) => {
      seen.push(request.headers.authorization);
      response.end('{}');
    };
    const withToken = httpRingApi('sesame');
    await withToken.ring(port, 1_000);
    await withToken.put(port, 'a', 'b', 'r1', 1_000);
    await withToken.get(port, 'a', 1_000);
    await withToken.ready(port, 1_000);
    await httpRingApi('').get(port, 'a', 1_000);
    const bearer = 'Bearer sesame';
    expect(seen).toEqual([bearer, bearer, bearer, undefined, undefined]);
  });

  it('does not read long bodies', async () => {
    answer = (_, response) => response.end(Buffer.alloc(100_000));
    expect(await api.get(port, 'x', 1_000)).toMatchObject({ body: '', bodyBytes: 100_000 });
  });

  it('says why a server is silent', async () => {
    await new Promise((resolve) => server.close(resolve));
    expect(await api.get(port, 'x', 1_000)).toEqual({ kind: 'silent', why: 'ECONNREFUSED' });
  });

  it('knows the keys that a URL cannot carry', () => {
    expect(objectPath('a/../b')).toBeUndefined();
    expect(objectPath('..')).toBeUndefined();
    expect(objectPath('a..b/?#%')).toBe('/objects/a..b/%3F%23%25');
  });
});
