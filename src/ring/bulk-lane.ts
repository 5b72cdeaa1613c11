import { encodePieceHead } from '../replication/codec/index.js';
import type { BlobPiece, Message, BodyPlace } from '../replication/index.js';
import { HANG_UP } from './batch.js';
import { faults } from './faults.js';
import { Inbox, next } from './inbox.js';
import type { Wire } from './wire.js';

/** A piece from this server's disk; null when it is not there any more. It never rejects. */
export type ReadPiece = (stored: BodyPlace, index: number) => Promise<Uint8Array | null>;

interface Waiting {
  readonly piece: BlobPiece;
  /** Where its bytes are, on this server's disk; null: it has them. */
  readonly stored: BodyPlace | null;
}

/** The bytes of the first one that waits. */
interface Reading {
  isOver: boolean;
  bytes: Uint8Array | null;
}

/**
 * The connection for the pieces of large bodies, which run from the dialer to the acceptor. A piece that waits is a
 * reference to bytes which this server keeps anyway, or to where they are on its disk; it is encoded when there is room for it, and
 * its bytes are never copied. One piece a turn of the event loop, so that however many wait, the records are in between.
 * From the disk the next one is read while the one before it leaves, so there are two of them in memory at most.
 */
export class BulkLane {
  private readonly inbox = new Inbox();
  private readonly waiting: Waiting[] = [];
  private reading: Reading | null = null;
  private sent = 0;
  private isScheduled = false;
  private hungUp = false;

  constructor(
    readonly wire: Wire,
    private readonly readPiece: ReadPiece,
  ) {}

  /** Whether it was dialled and is not open yet. */
  get isComing(): boolean {
    return this.wire.socket.isOpening;
  }

  push(piece: BlobPiece, stored: BodyPlace | null = null): void {
    if (!this.hungUp) this.waiting.push({ piece, stored });
  }

  /** Goes on by itself until nothing waits. */
  flush(): void {
    const { socket } = this.wire;
    if (!socket.isOpen || this.isScheduled) return;
    const first = this.waiting[0];
    if (first === undefined) {
      if (this.hungUp) this.wire.deliver(HANG_UP);
    } else if (socket.netSocket.writableNeedDrain) {
      this.isScheduled = true;
      socket.once('drain', () => this.goOn());
    } else if (first.stored === null) {
      this.give(first.piece);
    } else {
      this.giveStored(first);
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

  private give(piece: BlobPiece): void {
    this.waiting.shift();
    this.send(piece);
    this.readAhead();
    this.goOnLater();
  }

  private giveStored(first: Waiting): void {
    this.readAhead();
    const { isOver, bytes } = this.reading!;
    if (!isOver) return;
    this.reading = null;
    if (bytes !== null) return this.give({ ...first.piece, bytes });
    // The object was written again, or the disk is damaged, which the replica is told: the peer gets no more of this body.
    this.waiting.shift();
    this.goOnLater();
  }

  private goOnLater(): void {
    this.isScheduled = true;
    setImmediate(() => this.goOn());
  }

  /** Nothing is read for a connection that takes nothing, but for the one piece that is its next. */
  private readAhead(): void {
    const first = this.waiting[0];
    if (this.reading !== null || first === undefined || first.stored === null) return;
    const reading: Reading = { isOver: false, bytes: null };
    this.reading = reading;
    void this.readPiece(first.stored, first.piece.index).then((bytes) => {
      Object.assign(reading, { isOver: true, bytes });
      this.flush();
    });
  }

  private send(piece: BlobPiece): void {
    this.sent = next(this.sent);
    this.wire.deliver({ sequence: this.sent, payload: encodePieceHead(piece), tail: piece.bytes });
  }
}
