import { ClientTCP } from '@nestjs/microservices';

import type { Address } from '../config/index.js';
import { type Batch, FRAMES } from './batch.js';
import { frameSocketClass, type FrameSocket, type SocketOwner } from './frame-socket.js';
import type { Connection } from './introduction.js';

/** One outgoing connection, a lane of a link. A link is never resumed, so neither is its client: it connects once. */
export class RingClient extends ClientTCP {
  /** Set by `connect`. */
  frames: FrameSocket | null = null;

  constructor({ host, port }: Address, owner: SocketOwner, connection: Connection) {
    super({ host, port, socketClass: frameSocketClass('dialer', owner, connection) });
  }

  /** What comes of it, the owner of the sockets hears from the socket. */
  dial(): FrameSocket {
    this.connect().catch(() => undefined);
    return this.frames!;
  }

  /** What `emit` comes to in the end; the streams that it makes around each event cost more than all the rest. */
  sendBatch(batch: Batch): void {
    this.dispatchEvent({ pattern: FRAMES, data: batch }).catch(() => undefined);
  }

  /** Nest would open a new connection for an event that comes too late. */
  override createSocket(): FrameSocket {
    if (this.frames !== null) throw new Error('a ring client connects once');
    this.frames = super.createSocket() as FrameSocket;
    return this.frames;
  }

  /** The owner of the sockets reports errors, in words and not too often. */
  override handleError(): void {}
}
