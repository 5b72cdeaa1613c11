import { EventEmitter, once } from 'node:events';

import { describe, expect, it } from '@jest/globals';

import { decodeMessages } from '../replication/codec/index.js';
import type { BlobPiece, BodyPlace, OnDisk } from '../replication/index.js';
import { type Batch, HANG_UP } from './batch.js';
import { BulkLane, type ReadPiece } from './bulk-lane.js';
import type { LinkFault } from './faults.js';
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

  readonly faults: LinkFault[] = [];

  linger(): void {}

  fail(fault: LinkFault): void {
    this.isOpen = false;
    this.faults.push(fault);
  }

  drain(): void {
    this.netSocket.writableNeedDrain = false;
    this.emit('drain');
  }
}

function lane(read: ReadPiece = () => Promise.resolve(null)) {
  const socket = new FakeSocket();
  const deliver = (batch: Batch) => {
    socket.delivered.push(batch);
    socket.emit('delivered');
  };
  return { socket, lane: new BulkLane({ socket: socket as unknown as FrameSocket, deliver }, read) };
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

const textsOf = ({ delivered }: FakeSocket) => delivered.map(({ tail }) => String(tail));
const empty = (index: number) => ({ ...piece(index), bytes: Buffer.alloc(0) });

describe('pieces that are on the disk', () => {
  const part: OnDisk = { kind: 'part', part: { source: 1, number: 1 } };
  const records: OnDisk = { kind: 'records', revision: 7 };

  /** A disk that answers when the test says so. */
  class FakeDisk {
    readonly asked: { stored: BodyPlace; index: number }[] = [];
    private readonly waiting: ((bytes: Uint8Array | null) => void)[] = [];

    readonly read: ReadPiece = (stored, index) => {
      this.asked.push({ stored, index });
      return new Promise((resolve) => this.waiting.push(resolve));
    };

    async answer(answered: Uint8Array | null): Promise<void> {
      this.waiting.shift()!(answered);
      await turn();
    }
  }

  it('are read when it is their turn, and sent in order with the others', async () => {
    const disk = new FakeDisk();
    const { socket, lane: bulk } = lane(disk.read);
    bulk.push(empty(0), part);
    bulk.push(piece(1));
    bulk.push(empty(2), records);
    bulk.push(empty(3), records);
    bulk.flush();
    await turn();
    expect([disk.asked, textsOf(socket)]).toEqual([[{ stored: part, index: 0 }], []]);
    await disk.answer(Buffer.from('zero'));
    while (socket.delivered.length < 2) await turn();
    await turn();
    expect(disk.asked).toHaveLength(2);
    await disk.answer(Buffer.from('two'));
    await turn();
    // The next one is read while this one leaves; no other is.
    expect(disk.asked.map(({ index }) => index)).toEqual([0, 2, 3]);
    await disk.answer(Buffer.from('three'));
    while (socket.delivered.length < 4) await turn();
    expect(textsOf(socket)).toEqual(['zero', 'bytes', 'two', 'three']);
    expect(socket.delivered.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    const { payload, tail } = socket.delivered[2]!;
    expect(decodeMessages(Buffer.concat([payload, tail!]))).toEqual([
      { ...piece(2), bytes: Buffer.from('two') },
    ]);
  });

  it('are read one ahead at most while the peer takes nothing', async () => {
    const disk = new FakeDisk();
    const { socket, lane: bulk } = lane(disk.read);
    for (let index = 0; index < 9; index++) bulk.push(empty(index), part);
    bulk.flush();
    await disk.answer(bytes);
    socket.netSocket.writableNeedDrain = true;
    await disk.answer(bytes);
    for (let turns = 0; turns < 5; turns++) await turn();
    expect([socket.delivered.length, disk.asked.length]).toEqual([1, 2]);
    socket.drain();
    await turn();
    expect([socket.delivered.length, disk.asked.length]).toEqual([2, 3]);
  });

  it('are passed over when they are not there any more, or damaged', async () => {
    for (const stored of [records, part, { kind: 'offers', revision: 1 } as const]) {
      const disk = new FakeDisk();
      const { socket, lane: bulk } = lane(disk.read);
      bulk.push(empty(0), stored);
      bulk.push(piece(1));
      bulk.hangUp();
      await disk.answer(null);
      while (socket.delivered.length < 2) await turn();
      expect(socket.faults).toEqual([]);
      expect(socket.delivered.map(({ sequence }) => sequence)).toEqual([1, HANG_UP.sequence]);
    }
  });

  it('are not sent on a connection that has ended meanwhile', async () => {
    const disk = new FakeDisk();
    const { socket, lane: bulk } = lane(disk.read);
    bulk.push(empty(0), part);
    bulk.flush();
    socket.isOpen = false;
    await disk.answer(null);
    expect([socket.faults, socket.delivered]).toEqual([[], []]);
  });
});
