import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { dropBody, wholeBody } from './bounded-body.js';
import type { Call } from './caller.js';
import { HttpCaller } from './http-caller.js';

let server: Server;
let caller: HttpCaller;
let connections = 0;
let call: Call;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/silent') return;
    if (request.url === '/held') return response.flushHeaders();
    response.end(
      request.url === '/large' ? 'x'.repeat(100_000) : (request.headers.authorization ?? 'nothing'),
    );
  });
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  caller = new HttpCaller([
    { origin, token: 'sesame' },
    { origin: 'http://127.0.0.1:1', token: null },
  ]);
  call = { origin, method: 'GET', path: '/', headers: {} };
});
afterAll(() => {
  caller.close();
  server.close();
  server.closeAllConnections();
});

describe('calls', () => {
  test('carry the token of their server, and go over one connection', async () => {
    const before = connections;
    for (let turn = 0; turn < 3; turn++) {
      const message = await caller.ask(call, 1000);
      expect(String(await wholeBody(message, 100, 1000))).toBe('Bearer sesame');
      dropBody(await caller.ask(call, 1000));
    }
    expect(connections - before).toBeLessThanOrEqual(2);
  });

  test('go to nobody who was not configured', async () => {
    const other = { ...call, origin: call.origin.replace('127.0.0.1', 'localhost') };
    await expect(caller.ask(other, 1000)).rejects.toThrow('not among the URLs');
    await expect(caller.open(other, 1000)).rejects.toThrow('not among the URLs');
  });

  test('have an end: in time, at will, and where nobody is', async () => {
    const silent = { ...call, path: '/silent' };
    await expect(caller.ask(silent, 20)).rejects.toMatchObject({ kind: 'late' });
    const end = new AbortController();
    const asked = caller.ask(silent, 10_000, end.signal);
    end.abort();
    await expect(asked).rejects.toMatchObject({ kind: 'late' });
    await expect(caller.ask(silent, 10_000, end.signal)).rejects.toMatchObject({ kind: 'late' });
    const nobody = { ...call, origin: 'http://127.0.0.1:1' };
    await expect(caller.ask(nobody, 1000)).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(caller.open(nobody, 1000)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test('have an end in time while all connections are taken, and a bound in number', async () => {
    const busy = new HttpCaller([{ origin: call.origin, token: null }], { sockets: 4, requests: 16 });
    const held = { ...call, path: '/held' };
    try {
      await Promise.all(Array.from({ length: 4 }, () => busy.ask(held, 10_000)));
      await expect(busy.ask(call, 20)).rejects.toMatchObject({ kind: 'late' });
      const waiting = Array.from({ length: 16 - 5 }, () => busy.ask(call, 20));
      await Promise.allSettled(waiting);
      const refusal = { kind: 'busy', message: 'too much is asked of it already' };
      await expect(busy.ask(call, 20)).rejects.toMatchObject(refusal);
    } finally {
      busy.close();
    }
  });

  test('take no more of a body than they want', async () => {
    const message = await caller.ask({ ...call, path: '/large' }, 1000);
    await expect(wholeBody(message, 50_000, 1000)).rejects.toThrow('its answer is too large');
  });
});
