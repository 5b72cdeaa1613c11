import { describe, expect, it } from '@jest/globals';

import { Memory } from './memory.js';
import { EMPTY_DISK, record, Station, viewOf } from './testing/fixtures.js';

const LIMIT = 10_000;
const BODY_BYTES = 4000;
const OBJECT_BYTES = 256 + 2 + BODY_BYTES;

function serverWith(saved: typeof EMPTY_DISK | null, diskRoom: () => number) {
  const station = new Station(1, viewOf([1]), { saved, memoryLimitBytes: LIMIT, diskRoom });
  station.commit(record(1, { body: new Uint8Array(BODY_BYTES), size: BODY_BYTES }));
  let reserved = 0;
  const memory = new Memory(station.state, () => reserved);
  return { memory, station, reserve: (bytes: number) => (reserved = bytes) };
}

const noDisk = () => expect('the disk').toBe('not asked') as never;

describe('Without a disk', () => {
  it('room is what objects and bodies ahead of their record leave of the limit', () => {
    const { memory, reserve } = serverWith(null, noDisk);
    expect([memory.usedBytes, memory.room]).toEqual([OBJECT_BYTES, LIMIT - OBJECT_BYTES]);
    reserve(5000);
    expect([memory.usedBytes, memory.room]).toEqual([OBJECT_BYTES + 5000, LIMIT - OBJECT_BYTES - 5000]);
    expect(memory.hasRoom).toBe(true);
    reserve(LIMIT);
    expect([memory.room, memory.hasRoom]).toEqual([0, false]);
  });
});

describe('With a disk', () => {
  it('room is what is left there and not spoken for, however little memory there is', () => {
    let room = 1_000_000;
    const { memory, reserve } = serverWith(EMPTY_DISK, () => room);
    expect(memory.room).toBe(room);
    reserve(600_000);
    expect([memory.usedBytes, memory.room]).toEqual([OBJECT_BYTES, 400_000]);
    room = 0;
    expect([memory.room, memory.hasRoom]).toEqual([0, false]);
  });

  it('an object fits when every member had room for it a beat ago', () => {
    const { memory, station } = serverWith(EMPTY_DISK, () => 1_000_000);
    station.state.ringRoom = 50_000;
    expect([50_000, 50_001].map((bytes) => memory.fits(bytes))).toEqual([true, false]);
  });
});
