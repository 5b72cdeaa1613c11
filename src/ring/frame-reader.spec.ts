import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { LinkFault } from './faults.js';
import {
  encodeFrame,
  type Frame,
  FrameType,
  HEADER_BYTES,
  MAGIC,
  MAX_HANDSHAKE_FRAME_BYTES,
  PROTOCOL_VERSION,
} from './frame.js';
import { FrameReader } from './frame-reader.js';

const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 8 });

function stream(bodies: readonly Uint8Array[]): Buffer {
  return Buffer.concat(bodies.map((body, index) => encodeFrame(FrameType.batch, index + 1, body)));
}

function readAll(reader: FrameReader, chunks: readonly Buffer[]): Frame[] {
  const frames: Frame[] = [];
  for (const chunk of chunks) reader.read(chunk, (frame) => frames.push(frame));
  return frames;
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.map((place) => place % bytes.length).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

function thrownBy(action: () => void): unknown {
  try {
    action();
    return null;
  } catch (error) {
    return error;
  }
}

describe('reading frames', () => {
  it('gives back what was written, wherever the stream is cut', () => {
    fc.assert(
      fc.property(payloads, fc.array(fc.nat(), { maxLength: 30 }), (bodies, places) => {
        const reader = new FrameReader();
        const frames = readAll(reader, cut(stream(bodies), places));
        expect(frames.map(({ payload }) => payload.toString('hex'))).toEqual(
          bodies.map((body) => Buffer.from(body).toString('hex')),
        );
        expect(frames.map(({ sequence }) => sequence)).toEqual(bodies.map((_, index) => index + 1));
        expect(reader.isPartial).toBe(false);
      }),
    );
  });

  it('takes single bytes as well', () => {
    const bytes = stream([Buffer.from('one'), Buffer.alloc(0), Buffer.from('three')]);
    const frames = readAll(new FrameReader(), cut(bytes, [...bytes.keys()]));
    expect(frames.map(({ payload }) => payload.toString())).toEqual(['one', '', 'three']);
  });

  it('knows that a frame has begun and not ended', () => {
    const reader = new FrameReader();
    readAll(reader, [stream([Buffer.from('body')]).subarray(0, HEADER_BYTES + 1)]);
    expect(reader.isPartial).toBe(true);
  });

  it('hands over nothing of a frame in which any bit has changed', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (body, at, flip) => {
          const bytes = stream([body]);
          bytes[at % bytes.length]! ^= flip;
          const frames: Frame[] = [];
          // No fault either when the length grew: the rest might still come.
          const fault = thrownBy(() => new FrameReader().read(bytes, (frame) => frames.push(frame)));
          expect(fault === null || fault instanceof LinkFault).toBe(true);
          expect(frames).toEqual([]);
        },
      ),
    );
  });

  it('throws nothing but faults at bytes that are no frames', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 64 }), { minLength: 1 }), (chunks) => {
        fc.pre(chunks[0]![0] !== MAGIC[0]);
        expect(() =>
          readAll(
            new FrameReader(),
            chunks.map((chunk) => Buffer.from(chunk)),
          ),
        ).toThrow(LinkFault);
      }),
    );
  });

  it('refuses a length above the limit before it has come', () => {
    const header = encodeFrame(FrameType.hello, 0, Buffer.alloc(MAX_HANDSHAKE_FRAME_BYTES + 1));
    expect(() => readAll(new FrameReader(), [header.subarray(0, HEADER_BYTES)])).toThrow(
      'sent a malformed frame: 4097 bytes, 4096 are allowed',
    );
  });

  it('says what another protocol said, made fit for a terminal', () => {
    const cases = [
      ['HTTP/1.1 400 Bad Request\r\nServer: x', "'HTTP/1.1 400 Bad Request'"],
      ['\x16\x03\x01\x02', 'bytes 16030102'],
    ] as const;
    for (const [text, words] of cases) {
      expect(() => readAll(new FrameReader(), [Buffer.from(text, 'latin1')])).toThrow(
        `is not a Ringlet: it said ${words}`,
      );
    }
  });

  it('says which version another Ringlet speaks', () => {
    const bytes = stream([Buffer.from('x')]);
    bytes[2] = 9;
    expect(() => readAll(new FrameReader(), [bytes])).toThrow(
      `speaks version 9 of the ring protocol, this server version ${PROTOCOL_VERSION}`,
    );
  });
});
