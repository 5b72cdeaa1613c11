import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Turns } from './turns.js';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('requests of one connection', () => {
  let server: Server;
  let begun: ServerResponse[];
  let closed: ServerResponse[];

  beforeEach(async () => {
    begun = [];
    closed = [];
    const turns = new Turns((_request, response) => {
      begun.push(response);
      response.on('close', () => closed.push(response));
      if (begun.length === 3) server.emit('three');
    });
    server = createServer((request, response) => turns.take(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => void server.close());

  /** Three that are worked on at the same time. */
  async function three() {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () =>
      socket.write(GET.repeat(3)),
    );
    const [[accepted]] = await Promise.all([once(server, 'connection'), once(server, 'three')]);
    return { socket, accepted };
  }

  it('all hear of its end, once', async () => {
    const { socket, accepted } = await three();
    const over = once(accepted, 'close');
    socket.destroy();
    await over;
    expect(closed).toHaveLength(3);
    expect(begun.every(({ destroyed }) => destroyed)).toBe(true);
  });

  it('end one after the other when they are answered', async () => {
    const { socket, accepted } = await three();
    for (const response of begun.toReversed()) response.end();
    await once(begun[2]!, 'close');
    expect(closed).toEqual(begun);
    const over = once(accepted, 'close');
    socket.resume().end();
    await over;
    expect(closed).toHaveLength(3);
  });
});
