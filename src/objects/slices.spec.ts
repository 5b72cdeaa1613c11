import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import type { Pieces } from '../replication/index.js';
import { endWithBody, slicesOf } from './slices.js';

const SLICE_BYTES = 65_536;

function piecesOf(...sizes: number[]): Pieces {
  let at = 0;
  const pieces = sizes.map((size) => Uint8Array.from({ length: size }, () => at++ % 251));
  return { size: at, pieces, stored: null };
}

describe('the bytes of a body in pieces', () => {
  const body = piecesOf(10, 10, 5);
  const whole = Buffer.concat(body.pieces.map((piece) => piece!));

  test('are those of each range', () => {
    for (let first = 0; first < body.size; first++) {
      for (let end = first + 1; end <= body.size; end++) {
        const slices = [...slicesOf(body, first, end)];
        expect(Buffer.concat(slices).equals(whole.subarray(first, end))).toBe(true);
      }
    }
  });

  test('are neither copied nor given in larger parts', () => {
    const large = piecesOf(2 * SLICE_BYTES + 1, 3);
    const slices = [...slicesOf(large, 1, large.size)];
    expect(slices.map(({ length }) => length)).toEqual([SLICE_BYTES, SLICE_BYTES, 3]);
    expect(slices[0]!.buffer).toBe(large.pieces[0]!.buffer);
  });
});

describe('an answer with a large body', () => {
  let server: Server;
  const answers: ServerResponse[] = [];
  const piece = new Uint8Array(4 * SLICE_BYTES).fill(7);
  const body: Pieces = {
    size: 256 * piece.length,
    pieces: Array.from({ length: 256 }, () => piece),
    stored: null,
  };

  beforeEach(async () => {
    answers.length = 0;
    server = createServer((_request, response) => {
      answers.push(response);
      response.writeHead(200, { 'Content-Length': body.size });
      endWithBody(response, body, 0, body.size);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.close();
  });

  const ask = () => {
    const { port } = server.address() as AddressInfo;
    const client = connect(port, '127.0.0.1').pause();
    client.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    return client;
  };

  test('keeps no more than a slice for a client that does not read, and goes on when it does', async () => {
    const client = ask();
    await once(server, 'request');
    const [answer] = answers;
    for (let before = -1; before !== answer!.socket!.bytesWritten; await delay(50)) {
      before = answer!.socket!.bytesWritten;
    }
    expect(answer!.writableLength).toBeLessThanOrEqual(SLICE_BYTES + 1024);
    let bytes = 0;
    client.on('data', (chunk) => (bytes += chunk.length)).resume();
    await once(client, 'end');
    expect(bytes).toBeGreaterThan(body.size);
  });

  test('leaves the other turns of the event loop to others', async () => {
    const client = ask().resume();
    let turns = 0;
    const count = () => {
      turns++;
      if (!client.destroyed) setImmediate(count);
    };
    count();
    await once(client, 'close');
    expect(turns).toBeGreaterThan(body.size / (4 * SLICE_BYTES));
  });
});
