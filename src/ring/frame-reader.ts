import { PIECE_BYTES } from '../replication/index.js';
import { faults } from './faults.js';
import {
  checksum,
  HEADER_BYTES,
  MAGIC,
  MAX_HANDSHAKE_FRAME_BYTES,
  PROTOCOL_VERSION,
  type Frame,
} from './frame.js';
import { pieceMemory } from './piece-memory.js';

/**
 * Cuts a stream of bytes into frames. Nothing of a frame is looked at before its checksum has held, and no memory is
 * set aside for a length above the limit.
 */
export class FrameReader {
  /** Bound on a payload; the handshake's end raises it. */
  limitBytes = MAX_HANDSHAKE_FRAME_BYTES;

  private readonly header = Buffer.alloc(HEADER_BYTES);
  private headerBytes = 0;
  /** The payload of a frame that did not come in one piece. */
  private payload: Buffer | null = null;
  private payloadBytes = 0;
  private frames = 0;

  /** Whether a frame has begun and not ended. */
  get isPartial(): boolean {
    return this.headerBytes > 0;
  }

  /**
   * Hands each frame that is complete to `onFrame`. A payload may share the chunk's memory.
   * @throws LinkFault at the first byte that no frame can have there
   */
  read(chunk: Buffer, onFrame: (frame: Frame) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.headerBytes < HEADER_BYTES) at = this.readHeader(chunk, at);
      if (this.headerBytes < HEADER_BYTES) return;
      const length = this.header.readUInt32BE(4);
      if (this.payload === null && chunk.length - at >= length) {
        this.finish(chunk.subarray(at, at + length), onFrame);
        at += length;
      } else {
        at = this.readPayload(chunk, at, length, onFrame);
      }
    }
  }

  private readHeader(chunk: Buffer, at: number): number {
    const copied = chunk.copy(this.header, this.headerBytes, at, at + HEADER_BYTES - this.headerBytes);
    this.headerBytes += copied;
    this.checkHeader(chunk);
    return at + copied;
  }

  private checkHeader(chunk: Buffer): void {
    const { header, headerBytes } = this;
    if (header[0] !== MAGIC[0] || (headerBytes > 1 && header[1] !== MAGIC[1])) {
      throw this.frames === 0 ? faults.notARinglet(chunk) : faults.malformed('no frame begins like this');
    }
    if (headerBytes > 2 && header[2] !== PROTOCOL_VERSION) throw faults.otherVersion(header[2]!);
    if (headerBytes < HEADER_BYTES) return;
    const length = header.readUInt32BE(4);
    if (length > this.limitBytes) throw faults.malformed(`${length} bytes, ${this.limitBytes} are allowed`);
  }

  private readPayload(chunk: Buffer, at: number, length: number, onFrame: (frame: Frame) => void): number {
    this.payload ??= length >= PIECE_BYTES ? pieceMemory(length) : Buffer.allocUnsafe(length);
    const copied = chunk.copy(this.payload, this.payloadBytes, at);
    this.payloadBytes += copied;
    if (this.payloadBytes === length) this.finish(this.payload, onFrame);
    return at + copied;
  }

  private finish(payload: Buffer, onFrame: (frame: Frame) => void): void {
    const { header } = this;
    if (checksum(header, payload) !== header.readUInt32BE(12))
      throw faults.malformed('its checksum is wrong');
    const frame: Frame = { type: header[3]!, sequence: header.readUInt32BE(8), payload };
    this.headerBytes = 0;
    this.payload = null;
    this.payloadBytes = 0;
    this.frames++;
    onFrame(frame);
  }
}
