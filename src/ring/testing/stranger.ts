import { connect, type Socket } from 'node:net';

import { encodeFrame, type Frame, FrameType } from '../frame.js';
import { FrameReader } from '../frame-reader.js';
import { Handshake, type Identity } from '../handshake.js';
import type { Connection } from '../introduction.js';

/** Test support: a raw connection to a ring port, and all that came back on it. */
export class Stranger {
  private readonly socket: Socket;
  private readonly received: Buffer[] = [];
  private readonly gone: Promise<void>;

  constructor(port: number, localAddress = '127.0.0.1') {
    this.socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true });
    this.socket.on('data', (chunk) => this.received.push(chunk));
    this.socket.on('error', () => undefined);
    this.gone = new Promise((resolve) => this.socket.once('close', () => resolve()));
  }

  write(bytes: Uint8Array | string): this {
    this.socket.write(bytes);
    return this;
  }

  /** Says that it has nothing more to say. */
  end(): this {
    this.socket.end();
    return this;
  }

  /** Resolves, when the other side has ended the connection, with what it had said. */
  async said(): Promise<Buffer> {
    await this.gone;
    return Buffer.concat(this.received);
  }

  /** Proves itself a member of the ring; it may be refused all the same. */
  async prove(identity: Identity, connection: Connection = { lane: 'records', link: 1 }): Promise<this> {
    const handshake = new Handshake('dialer', () => identity, connection);
    const reader = new FrameReader();
    this.write(handshake.opening());
    await new Promise<void>((resolve) => {
      const take = (frame: Frame) => {
        if (frame.type === FrameType.refusal) return resolve();
        const { reply, introduction } = handshake.take(frame);
        if (reply !== null) this.write(reply);
        if (introduction !== null) resolve();
      };
      this.socket.on('data', (chunk) => reader.read(chunk, take));
      this.socket.once('close', () => resolve());
    });
    return this;
  }
}

export function batch(sequence: number, payload: Uint8Array): Buffer {
  return encodeFrame(FrameType.batch, sequence, payload);
}
