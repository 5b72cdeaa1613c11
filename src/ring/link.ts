import { encodeMessages } from '../replication/codec/index.js';
import type { LinkId, Message, BodyPlace, Server } from '../replication/index.js';
import { type Batch, HANG_UP } from './batch.js';
import { BulkLane, type ReadPiece } from './bulk-lane.js';
import { faults, type LinkFault } from './faults.js';
import type { FrameSocket } from './frame-socket.js';
import { Inbox, next } from './inbox.js';
import { weightOfMessage } from './weight.js';
import type { Wire } from './wire.js';

/** A batch is closed at this weight, so that the first of many records is not held up by the last. */
const BATCH_BYTES = 2 ** 20;
/** For how long a message that nobody waits for is held back. */
const PATIENCE_MS = 1;

export interface LinkOptions {
  readonly id: LinkId;
  readonly peer: Server;
  /** The dialer's number of it. */
  readonly number: number;
  readonly sendBufferBytes: number;
  /** Dials the bulk lane; null at the acceptor, who has no pieces to send. */
  readonly dialBulk: (() => Wire) | null;
  readonly readPiece: ReadPiece;
}

/**
 * An open connection to a peer as the core sees it: messages go in, and come out at the other side in order or not at all.
 * It is two lanes with an order each, of which the bulk lane is there once it is needed; when one ends, so does the other.
 */
export class Link {
  private readonly inbox = new Inbox();
  private bulk: BulkLane | null = null;
  private outbox: Message[] = [];
  private outboxBytes = 0;
  private sent = 0;
  private isWaiting = false;
  /** Something in the outbox is waited for. */
  private isUrgent = false;
  private patience: NodeJS.Timeout | null = null;
  private hungUp = false;
  private lanesGone = 0;

  constructor(
    private readonly options: LinkOptions,
    private readonly wire: Wire,
  ) {}

  get id(): LinkId {
    return this.options.id;
  }

  /**
   * @param patient it may wait a moment for others that go the same way
   * @param stored of a piece: its bytes are there, and are read when it is its turn
   */
  push(message: Message, patient = false, stored: BodyPlace | null = null): void {
    if (this.hungUp || this.lanesGone > 0) return;
    if (message.kind === 'blob-piece') {
      this.bulk ??= this.dialBulk();
      this.bulk.push(message, stored);
    } else {
      if (!patient) this.isUrgent = true;
      this.outbox.push(message);
      this.outboxBytes += weightOfMessage(message);
    }
  }

  /** Sends what was pushed. While a socket is backed up it gathers, and goes as one when there is room. */
  flush(): void {
    this.bulk?.flush();
    this.flushRecords();
  }

  /** What came in from now on is nobody's concern. */
  get isHungUp(): boolean {
    return this.hungUp;
  }

  /**
   * Ends the link once what was pushed has left, or could not leave within the deadline. A bulk lane that is still dialled
   * is waited for, since the acceptor knows it by this connection.
   */
  hangUp(): void {
    if (this.hungUp) return;
    this.hungUp = true;
    this.wire.socket.linger();
    this.bulk?.hangUp();
    this.flushRecords();
  }

  /** Whether a bulk lane that `peer` dials, for its link of that number, is one that is missing here. */
  lacksBulk(peer: Server, number: number): boolean {
    const { options } = this;
    const isTheirs = options.dialBulk === null && options.peer.id === peer.id && options.number === number;
    return isTheirs && this.bulk === null && !this.hungUp && this.wire.socket.isOpen;
  }

  attachBulk(wire: Wire): void {
    this.bulk = new BulkLane(wire, this.options.readPiece);
  }

  /**
   * The messages of a batch that arrived.
   * @throws LinkFault
   */
  take(socket: FrameSocket, batch: Batch): readonly Message[] {
    return socket === this.wire.socket ? this.inbox.take(batch) : this.bulk!.take(batch);
  }

  /**
   * One of the lanes has ended, and so the other has to. It is read to its end when the peer hung up and has perhaps sent
   * pieces before. Answers whether all of the link is gone.
   */
  lose(socket: FrameSocket, fault: LinkFault): boolean {
    this.lanesGone++;
    if (this.bulk === null || this.lanesGone === 2) return true;
    const other = socket === this.wire.socket ? this.bulk.wire.socket : this.wire.socket;
    const isAcceptor = this.options.dialBulk === null;
    if (fault.code !== 'closed' || (!this.hungUp && !isAcceptor)) other.fail(fault);
    else if (!this.hungUp) other.linger();
    return false;
  }

  private dialBulk(): BulkLane {
    const { dialBulk, readPiece } = this.options;
    if (dialBulk === null) throw new Error('pieces go the way of the dial');
    return new BulkLane(dialBulk(), readPiece);
  }

  private flushRecords(): void {
    const { socket } = this.wire;
    if (!socket.isOpen || (this.outbox.length === 0 && !this.hungUp)) return;
    if (!this.isUrgent && !this.hungUp) return this.waitForCompany();
    const { netSocket } = socket;
    const backlog = this.outboxBytes + netSocket.writableLength;
    if (backlog > this.options.sendBufferBytes) {
      socket.fail(faults.backlog(backlog));
    } else if (netSocket.writableNeedDrain) {
      this.waitForRoom();
    } else {
      this.sendAll();
      if (this.hungUp && this.bulk?.isComing !== true) this.wire.deliver(HANG_UP);
    }
  }

  private sendAll(): void {
    const messages = this.outbox;
    this.outbox = [];
    this.outboxBytes = 0;
    this.isUrgent = false;
    for (let from = 0; from < messages.length;) {
      const to = endOfBatch(messages, from);
      this.sent = next(this.sent);
      const part = to - from === messages.length ? messages : messages.slice(from, to);
      this.wire.deliver({ sequence: this.sent, payload: encodeMessages(part) });
      from = to;
    }
  }

  /** A timer that runs is left running: it costs less than one for each message, and ends the wait sooner. */
  private waitForCompany(): void {
    this.patience ??= setTimeout(() => {
      this.patience = null;
      this.isUrgent = true;
      this.flushRecords();
    }, PATIENCE_MS).unref();
  }

  private waitForRoom(): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    this.wire.socket.once('drain', () => {
      this.isWaiting = false;
      this.flushRecords();
    });
  }
}

function endOfBatch(messages: readonly Message[], from: number): number {
  let to = from;
  let bytes = 0;
  while (to < messages.length && bytes < BATCH_BYTES) bytes += weightOfMessage(messages[to++]!);
  return to;
}
