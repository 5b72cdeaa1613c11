import { crc32 } from 'node:zlib';
import type { Socket } from 'node:net';

import { FORMAT_VERSION } from '../replication/codec/index.js';
import type { Batch } from './batch.js';

/**
 * The header of a frame, sixteen bytes, integers big-endian. The first four bytes mean the same in every version, so that
 * two versions can tell each other what they are.
 *
 *      0  magic, two bytes          4  length of the payload
 *      2  version of the protocol   8  sequence number
 *      3  type                     12  CRC-32 of bytes 0 to 11 and of the payload
 */
export const HEADER_BYTES = 16;
/** Frames and the messages in them have one version, so that who writes other messages is told by its first frame. */
export const PROTOCOL_VERSION = FORMAT_VERSION;
/** No text begins with these bytes. */
export const MAGIC = Uint8Array.of(0xd2, 0x4c);

export const FrameType = { hello: 1, proof: 2, refusal: 3, batch: 4 } as const;
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

/** Bounds a payload once the peer has proved the secret, and before. */
export const MAX_FRAME_BYTES = 8 * 2 ** 20;
export const MAX_HANDSHAKE_FRAME_BYTES = 4 * 2 ** 10;

/** Below this size a copy into one buffer costs less than a second buffer to write. */
const COPY_BYTES = 16 * 2 ** 10;
const CHECKED_BYTES = 12;
const NOTHING = new Uint8Array(0);

export interface Frame {
  readonly type: number;
  /** Of a batch: counts from 1 in each direction. Of others: 0. */
  readonly sequence: number;
  readonly payload: Buffer;
}

export function checksum(header: Uint8Array, payload: Uint8Array, tail: Uint8Array = NOTHING): number {
  return crc32(tail, crc32(payload, crc32(header.subarray(0, CHECKED_BYTES))));
}

/** One frame in one buffer. */
export function encodeFrame(type: FrameType, sequence: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  writeHeader(frame, type, sequence, payload, NOTHING);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

/** One system call, whatever the size. */
export function writeBatch(socket: Socket, { sequence, payload, tail = NOTHING }: Batch): void {
  if (tail.length === 0 && payload.length <= COPY_BYTES) {
    socket.write(encodeFrame(FrameType.batch, sequence, payload));
    return;
  }
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  writeHeader(header, FrameType.batch, sequence, payload, tail);
  socket.cork();
  socket.write(header);
  socket.write(payload);
  if (tail.length > 0) socket.write(tail);
  socket.uncork();
}

function writeHeader(
  header: Buffer,
  type: FrameType,
  sequence: number,
  payload: Uint8Array,
  tail: Uint8Array,
): void {
  header.set(MAGIC);
  header[2] = PROTOCOL_VERSION;
  header[3] = type;
  header.writeUInt32BE(payload.length + tail.length, 4);
  header.writeUInt32BE(sequence, 8);
  header.writeUInt32BE(checksum(header, payload, tail), CHECKED_BYTES);
}
