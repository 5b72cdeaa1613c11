import { encodePieceHead } from '../replication/codec/index.js';
import type { BlobPiece, Message } from '../replication/index.js';
import { HANG_UP } from './batch.js';
import { faults } from './faults.js';
import { Inbox, next } from './inbox.js';
import type { Wire } from './wire.js';

/**
 * The connection for the pieces of large bodies, which run from the dialer to the acceptor. A piece that waits is a
 * reference to bytes which this server keeps anyway; it is encoded when there is room for it, and its bytes are never
 * copied. One piece a turn of the event loop, so that however many wait, the records are in between.
 */
export class BulkLane {
  private readonly inbox = new Inbox();
  private readonly waiting: BlobPiece[] = [];
  private sent = 0;
  private isScheduled = false;
  private hungUp = false;

  constructor(readonly wire: Wire) {}

  /** Whether it was dialled and is not open yet. */
  get isComing(): boolean {
    return this.wire.socket.isOpening;
  }

  push(piece: BlobPiece): void {
    if (!this.hungUp) this.waiting.push(piece);
  }

  /** Goes on by itself until nothing waits. */
  flush(): void {
    const { socket } = this.wire;
    if (!socket.isOpen || this.isScheduled) return;
    const piece = this.waiting[0];
    if (piece === undefined) {
      if (this.hungUp) this.wire.deliver(HANG_UP);
    } else if (socket.netSocket.writableNeedDrain) {
      this.isScheduled = true;
      socket.once('drain', () => this.goOn());
    } else {
      this.waiting.shift();
      this.send(piece);
      this.isScheduled = true;
      setImmediate(() => this.goOn());
    }
  }

  /** Ends it once what was pushed has left, or could not leave within the deadline. */
  hangUp(): void {
    this.hungUp = true;
    this.wire.socket.linger();
    this.flush();
  }

  /** @throws LinkFault */
  take(batch: Parameters<Inbox['take']>[0]): readonly Message[] {
    const messages = this.inbox.take(batch);
    if (messages.some(({ kind }) => kind !== 'blob-piece'))
      throw faults.malformed('no piece, on the bulk lane');
    return messages;
  }

  private goOn(): void {
    this.isScheduled = false;
    this.flush();
  }

  private send(piece: BlobPiece): void {
    this.sent = next(this.sent);
    this.wire.deliver({ sequence: this.sent, payload: encodePieceHead(piece), tail: piece.bytes });
  }
}
