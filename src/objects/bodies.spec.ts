import { beforeEach, describe, expect, it } from '@jest/globals';

import { type LogRecord, type OnDisk, PIECE_BYTES } from '../replication/index.js';
import { Problem } from '../http/index.js';
import type { Missing, RingService } from '../ring/index.js';
import { Bodies, BodyGone, isStored, type StoredRecord } from './bodies.js';

const SLICE_BYTES = 65_536;
const SIZE = 2 * PIECE_BYTES + 1000;
const whole = Buffer.from(Uint8Array.from({ length: SIZE }, (_, at) => (at * 31 + (at >> 8)) % 251));

const recordOf = (body: LogRecord['body'], size = SIZE) =>
  ({ key: 'k', revision: 7, size, body }) as unknown as LogRecord;
const onDisk = (pieces: (Uint8Array | null)[], stored: OnDisk = { kind: 'records', revision: 7 }) =>
  recordOf({ size: SIZE, pieces, stored }) as StoredRecord;
const pieceOf = (index: number) => whole.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES);

let asked: string[];
let warmed: unknown[];
/** Revisions of what could not be read, which the ring is told. */
let unreadable: number[];
let gone: Set<number>;
/** Where the pieces are. */
let place: OnDisk['kind'];
let bodies: Bodies;

beforeEach(() => {
  asked = [];
  warmed = [];
  unreadable = [];
  gone = new Set();
  place = 'records';
  const ring: Pick<RingService, 'piece' | 'warm' | 'unreadable'> = {
    piece: (stored, index) => {
      asked.push(`${stored.kind} ${index}`);
      const isThere = stored.kind === place && !gone.has(index);
      return Promise.resolve(isThere ? pieceOf(index) : null);
    },
    unreadable: ({ revision }) => void unreadable.push(revision),
    warm: ({ revision }, body) => void warmed.push([revision, body]),
  };
  bodies = new Bodies(ring as RingService);
});

async function read(record: LogRecord, first: number, end: number): Promise<Buffer | null> {
  const body = await bodies.open(record, first, end);
  if (body === null) return null;
  const slices: Uint8Array[] = [];
  for await (const slice of body.slices) slices.push(slice);
  return Buffer.concat(slices);
}

it('A body is on the disk when its pieces are, in memory or not', () => {
  expect(isStored(onDisk([null]))).toBe(true);
  expect(isStored(onDisk([pieceOf(0)]))).toBe(true);
  expect(isStored(recordOf({ size: 1, pieces: [whole], stored: null }))).toBe(false);
  expect([whole, null].map((body) => isStored(recordOf(body)))).toEqual([false, false]);
});

describe('A large body on the disk', () => {
  it.each([
    [0, SIZE, 3],
    [0, 1, 1],
    [PIECE_BYTES - 1, PIECE_BYTES, 1],
    [PIECE_BYTES - 1, PIECE_BYTES + 1, 2],
    [PIECE_BYTES, 2 * PIECE_BYTES, 1],
    [SIZE - 1, SIZE, 1],
    [100_000, SIZE, 3],
  ])('is read from %i to before %i by %i pieces, each once', async (first, end, count) => {
    const record = onDisk([null, null, null]);
    expect((await read(record, first, end))!.equals(whole.subarray(first, end))).toBe(true);
    expect(asked).toHaveLength(count);
    expect(new Set(asked).size).toBe(count);
    expect(warmed).toEqual([]);
  });

  it('is read as far as it is taken, and a piece ahead with the last slice of one', async () => {
    const { slices: chunks } = (await bodies.open(onDisk([null, null, null]), 0, SIZE))!;
    expect(asked).toEqual(['records 0']);
    for (let slices = 0; slices < PIECE_BYTES / SLICE_BYTES - 1; slices++) await chunks.next();
    expect(asked).toEqual(['records 0']);
    await chunks.next();
    expect(asked).toEqual(['records 0', 'records 1']);
    await chunks.return();
    expect(asked).toHaveLength(2);
  });

  it('is taken from memory where it still is', async () => {
    expect((await read(onDisk([pieceOf(0), null, pieceOf(2)]), 0, SIZE))!.equals(whole)).toBe(true);
    expect(asked).toEqual(['records 1']);
  });

  it('that leaves memory while it is read is read from the disk', async () => {
    const pieces: (Uint8Array | null)[] = [pieceOf(0), pieceOf(1), pieceOf(2)];
    const { slices: chunks } = (await bodies.open(onDisk(pieces), 0, SIZE))!;
    pieces.fill(null);
    const slices: Uint8Array[] = [];
    for await (const slice of chunks) slices.push(slice);
    expect(Buffer.concat(slices).equals(whole)).toBe(true);
    expect(asked).toEqual(['records 1', 'records 2']);
  });

  it('may be where it came to until it is with its record', async () => {
    place = 'part';
    const record = onDisk([null, null, null], { kind: 'part', part: { source: 1, number: 2 } });
    expect((await read(record, 0, 10))!.equals(whole.subarray(0, 10))).toBe(true);
    expect(asked).toEqual(['records 0', 'part 0']);
    expect(unreadable).toEqual([]);
  });

  it('is gone before anything was taken', async () => {
    gone.add(0);
    expect(await read(onDisk([null, null, null]), 0, SIZE)).toBeNull();
    expect(unreadable).toEqual([7]);
    expect(await read(onDisk([null, null, null]), PIECE_BYTES, SIZE)).not.toBeNull();
  });

  it('is gone in the middle', async () => {
    gone.add(1);
    await expect(read(onDisk([null, null, null]), 0, SIZE)).rejects.toThrow(BodyGone);
    expect(unreadable).toEqual([7]);
  });
});

describe('A large body that is elsewhere', () => {
  const record = recordOf(null);
  let pieces: (index: number) => Uint8Array | Missing;
  let fetched: number[];
  let ends: number;

  beforeEach(() => {
    pieces = pieceOf;
    fetched = [];
    ends = 0;
    const fetch = (_: LogRecord, to: number) => ({
      via: 5,
      piece: (index: number) => {
        if (index >= to) throw new Error(`piece ${index} is not wanted`);
        fetched.push(index);
        return Promise.resolve(pieces(index));
      },
      end: () => void ends++,
    });
    bodies = new Bodies({ fetch, nameOf: (id: number) => `server ${id}` } as unknown as RingService);
  });

  it.each([
    [0, SIZE, [0, 1, 2]],
    [PIECE_BYTES - 1, PIECE_BYTES, [0]],
    [PIECE_BYTES, 2 * PIECE_BYTES, [1]],
    [SIZE - 1, SIZE, [2]],
  ])('is fetched from %i to before %i by the pieces %j, and ended', async (first, end, indexes) => {
    expect((await read(record, first, end))!.equals(whole.subarray(first, end))).toBe(true);
    expect([fetched, ends]).toEqual([indexes, 1]);
  });

  it('is told with whose copy it is, as soon as the first piece is here', async () => {
    const body = (await bodies.open(record, 0, SIZE))!;
    expect([body.via, fetched, ends]).toEqual(['server 5', [0], 0]);
    await body.slices.return();
    expect([fetched, ends]).toEqual([[0], 1]);
  });

  it('ends with a reader that goes away in the middle', async () => {
    const { slices } = (await bodies.open(record, 0, SIZE))!;
    await slices.next();
    await slices.return();
    expect(ends).toBe(1);
  });

  it('is gone before anything was taken, or in the middle', async () => {
    pieces = () => ({ kind: 'absent' });
    expect(await read(record, 0, SIZE)).toBeNull();
    pieces = (index) => (index === 1 ? { kind: 'absent' } : pieceOf(index));
    await expect(read(record, 0, SIZE)).rejects.toThrow(BodyGone);
    expect(ends).toBe(2);
  });

  it('cannot be had', async () => {
    pieces = () => ({ kind: 'unavailable', reason: 'no-holder' });
    await expect(read(record, 0, SIZE)).rejects.toThrow(Problem);
    expect(ends).toBe(1);
  });
});

describe('A small body on the disk', () => {
  const small = recordOf({ size: 1000, pieces: [null], stored: { kind: 'records', revision: 7 } }, 1000);

  it('is read as a whole, and kept for the next one who asks', async () => {
    const body = await bodies.whole(small as StoredRecord, true);
    expect(body).toEqual(pieceOf(0));
    expect(warmed).toEqual([[7, body]]);
  });

  it('is not kept for who reads everything, nor when it is gone', async () => {
    await bodies.whole(small as StoredRecord, false);
    gone.add(0);
    expect(await bodies.whole(small as StoredRecord, true)).toBeNull();
    expect(unreadable).toEqual([7]);
    expect(warmed).toEqual([]);
  });
});
