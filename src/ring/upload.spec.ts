import { beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { type Operation, type Outcome, PIECE_BYTES } from '../replication/index.js';
import { Upload, type UploadInput } from './upload.js';

const OPERATION = { kind: 'put', key: 'k', body: null } as unknown as Operation;
const TICKET = 7;

let inputs: UploadInput[] = [];
let answer: (outcome: Outcome) => void;

function upload(size: number): Upload {
  const outcome = new Promise<Outcome>((resolve) => (answer = resolve));
  return new Upload(TICKET, size, outcome, (input) => inputs.push(input));
}

function given(): Uint8Array[] {
  return inputs.flatMap((input) => (input.kind === 'upload-piece' ? [input.bytes] : []));
}

/** Bytes of which each tells its place. */
function counting(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, at) => at % 251));
}

/** Everything that has been decided has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

beforeEach(() => {
  inputs = [];
});

describe('an upload', () => {
  it('cuts what it is given, however it comes, into pieces', () => {
    const body = counting(2.5 * PIECE_BYTES);
    const cuts = fc.array(fc.integer({ min: 1, max: PIECE_BYTES * 1.5 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(cuts, fc.constantFrom(body.length, -1), (lengths, size) => {
        inputs = [];
        const target = upload(size);
        target.grant(100);
        let isTaken = true;
        for (let at = 0, turn = 0; at < body.length; turn++) {
          const chunk = body.subarray(at, at + lengths[turn % lengths.length]!);
          isTaken &&= target.write(chunk) === true;
          at += chunk.length;
        }
        expect(isTaken).toBe(true);
        target.end(OPERATION);
        expect(given().map(({ length }) => length)).toEqual([PIECE_BYTES, PIECE_BYTES, PIECE_BYTES / 2]);
        expect(Buffer.concat(given()).equals(body)).toBe(true);
        expect(inputs.at(-1)).toEqual({ kind: 'upload-end', ticket: TICKET, operation: OPERATION });
      }),
      { numRuns: 50 },
    );
  });

  it.each([-1, PIECE_BYTES + 9])('keeps no memory beyond the bytes when its size is given as %i', (size) => {
    const target = upload(size);
    target.grant(2);
    target.write(counting(PIECE_BYTES + 9));
    target.end(OPERATION);
    expect(given().map(({ buffer }) => buffer.byteLength)).toEqual([PIECE_BYTES, 9]);
  });

  it('passes the last piece on as soon as it is whole when the size is known', () => {
    const target = upload(100);
    target.grant(1);
    expect(target.write(counting(100))).toBe(true);
    expect(given()).toHaveLength(1);
  });

  it('may be empty', () => {
    upload(-1).end(OPERATION);
    expect(inputs).toEqual([{ kind: 'upload-end', ticket: TICKET, operation: OPERATION }]);
  });

  it('gives no more pieces than were granted, and says when there is room again', async () => {
    const target = upload(-1);
    const body = counting(3 * PIECE_BYTES);
    expect(target.write(body.subarray(0, PIECE_BYTES - 1))).toBe(true);
    let hasRoom = false;
    const room = target.write(body.subarray(PIECE_BYTES - 1));
    if (room !== true) void room.then(() => (hasRoom = true));
    for (const pieces of [0, 1, 2]) {
      target.grant(pieces);
      await settled();
      expect([given().length, hasRoom]).toEqual([pieces, false]);
    }
    expect(() => target.write(body)).toThrow('more than it had room for');
    target.grant(3);
    await settled();
    expect([given().length, hasRoom]).toEqual([3, true]);
    expect(Buffer.concat(given()).equals(body)).toBe(true);
  });

  it('ends only after its last piece was granted', () => {
    const target = upload(-1);
    target.write(counting(10));
    target.end(OPERATION);
    expect(inputs).toEqual([]);
    target.grant(1);
    expect(inputs.map(({ kind }) => kind)).toEqual(['upload-piece', 'upload-end']);
  });

  it('drops what comes after an early answer, and lets go whoever waits', async () => {
    const target = upload(-1);
    const room = target.write(counting(PIECE_BYTES + 1));
    answer({ kind: 'not-done', reason: 'full' });
    await room;
    expect(target.write(counting(PIECE_BYTES + 1))).toBe(true);
    target.grant(10);
    target.end(OPERATION);
    target.abort();
    expect(inputs).toEqual([]);
  });

  it('is given up once, and lets go whoever waits', async () => {
    const target = upload(-1);
    const room = target.write(counting(PIECE_BYTES));
    target.abort();
    target.abort();
    await room;
    target.grant(10);
    expect(target.write(counting(PIECE_BYTES))).toBe(true);
    target.end(OPERATION);
    expect(inputs).toEqual([{ kind: 'upload-abort', ticket: TICKET }]);
  });

  it('is not given up any more once it was ended', () => {
    const target = upload(-1);
    target.end(OPERATION);
    target.abort();
    expect(inputs.map(({ kind }) => kind)).toEqual(['upload-end']);
  });
});
