import { EventEmitter, once } from 'node:events';

import { describe, expect, it } from '@jest/globals';

import { decodeMessages } from '../replication/codec/index.js';
import type { BlobPiece } from '../replication/index.js';
import { type Batch, HANG_UP } from './batch.js';
import { BulkLane } from './bulk-lane.js';
import type { FrameSocket } from './frame-socket.js';

const bytes = Buffer.from('bytes');

function piece(index: number): BlobPiece {
  return {
    kind: 'blob-piece',
    view: { number: 1, proposer: 1 },
    source: 1,
    blob: 1,
    index,
    bytes,
    digest: '',
  };
}

/** A socket that is backed up when the test says so, and what was delivered to it. */
class FakeSocket extends EventEmitter {
  isOpen = true;
  readonly netSocket = { writableNeedDrain: false };
  readonly delivered: Batch[] = [];

  linger(): void {}

  drain(): void {
    this.netSocket.writableNeedDrain = false;
    this.emit('drain');
  }
}

function lane() {
  const socket = new FakeSocket();
  const deliver = (batch: Batch) => {
    socket.delivered.push(batch);
    socket.emit('delivered');
  };
  return { socket, lane: new BulkLane({ socket: socket as unknown as FrameSocket, deliver }) };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('a bulk lane', () => {
  it('sends one piece a turn, of which it copies no bytes', async () => {
    const { socket, lane: bulk } = lane();
    for (let index = 0; index < 3; index++) bulk.push(piece(index));
    bulk.flush();
    bulk.flush();
    await Promise.resolve();
    expect(socket.delivered).toHaveLength(1);
    while (socket.delivered.length < 3) await once(socket, 'delivered');
    expect(socket.delivered.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    for (const [index, { payload, tail }] of socket.delivered.entries()) {
      expect(tail).toBe(bytes);
      expect(decodeMessages(Buffer.concat([payload, tail!]))).toEqual([piece(index)]);
    }
  });

  it('encodes nothing while the socket is backed up', async () => {
    const { socket, lane: bulk } = lane();
    bulk.push(piece(0));
    bulk.push(piece(1));
    bulk.push(piece(2));
    socket.netSocket.writableNeedDrain = true;
    bulk.flush();
    bulk.flush();
    await turn();
    expect(socket.delivered).toHaveLength(0);
    expect(socket.listenerCount('drain')).toBe(1);
    socket.drain();
    expect(socket.delivered).toHaveLength(1);
    socket.netSocket.writableNeedDrain = true;
    await turn();
    expect(socket.delivered).toHaveLength(1);
  });

  it('hangs up behind the last piece, and takes no more', async () => {
    const { socket, lane: bulk } = lane();
    bulk.push(piece(0));
    bulk.hangUp();
    bulk.push(piece(1));
    await turn();
    expect(socket.delivered.map(({ sequence }) => sequence)).toEqual([1, HANG_UP.sequence]);
  });

  it('waits until it is open', () => {
    const { socket, lane: bulk } = lane();
    socket.isOpen = false;
    bulk.push(piece(0));
    bulk.flush();
    expect(socket.delivered).toHaveLength(0);
    socket.isOpen = true;
    bulk.flush();
    expect(socket.delivered).toHaveLength(1);
  });
});
