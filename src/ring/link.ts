import { decodeMessages, encodeMessages } from '../replication/codec/index.js';
import type { LinkId, Message, Server } from '../replication/index.js';
import { type Batch, HANG_UP } from './batch.js';
import { faults } from './faults.js';
import type { FrameSocket } from './frame-socket.js';
import { weightOfMessage } from './weight.js';

/** A batch is closed at this weight, so that the first of many records is not held up by the last. */
const BATCH_BYTES = 2 ** 20;
const SEQUENCE_SPAN = 2 ** 32;

/** An open connection as the core sees it: messages go in, and come out at the other side in order or not at all. */
export class Link {
  private outbox: Message[] = [];
  private outboxBytes = 0;
  private sent = 0;
  private received = 0;
  private isWaiting = false;
  private hungUp = false;

  constructor(
    readonly id: LinkId,
    readonly peer: Server,
    readonly socket: FrameSocket,
    private readonly deliver: (batch: Batch) => void,
    private readonly sendBufferBytes: number,
  ) {}

  push(message: Message): void {
    this.outbox.push(message);
    this.outboxBytes += weightOfMessage(message);
  }

  /** Sends what was pushed. While the socket is backed up it gathers, and goes as one when there is room. */
  flush(): void {
    if (!this.socket.isOpen || (this.outbox.length === 0 && !this.hungUp)) return;
    const { netSocket } = this.socket;
    const backlog = this.outboxBytes + netSocket.writableLength;
    if (backlog > this.sendBufferBytes) {
      this.socket.fail(faults.backlog(backlog));
    } else if (netSocket.writableNeedDrain) {
      this.waitForRoom();
    } else {
      this.sendAll();
      if (this.hungUp) this.deliver(HANG_UP);
    }
  }

  /** What came in from now on is nobody's concern. */
  get isHungUp(): boolean {
    return this.hungUp;
  }

  /** Ends the link once what was pushed has left, or could not leave within the deadline. */
  hangUp(): void {
    if (this.hungUp) return;
    this.hungUp = true;
    this.socket.linger();
    this.flush();
  }

  /**
   * The messages of a batch that arrived. A gap or a repetition means that this link is broken.
   * @throws LinkFault
   */
  take({ sequence, payload }: Batch): readonly Message[] {
    const expected = (this.received + 1) % SEQUENCE_SPAN;
    if (sequence !== expected) throw faults.malformed(`batch ${sequence} where ${expected} was due`);
    this.received = sequence;
    try {
      return decodeMessages(payload);
    } catch (error) {
      throw faults.malformed(error instanceof Error ? error.message : String(error));
    }
  }

  private sendAll(): void {
    const messages = this.outbox;
    this.outbox = [];
    this.outboxBytes = 0;
    for (let from = 0; from < messages.length;) {
      const to = endOfBatch(messages, from);
      this.sent = (this.sent + 1) % SEQUENCE_SPAN;
      const part = to - from === messages.length ? messages : messages.slice(from, to);
      this.deliver({ sequence: this.sent, payload: encodeMessages(part) });
      from = to;
    }
  }

  private waitForRoom(): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    this.socket.once('drain', () => {
      this.isWaiting = false;
      this.flush();
    });
  }
}

function endOfBatch(messages: readonly Message[], from: number): number {
  let to = from;
  let bytes = 0;
  while (to < messages.length && bytes < BATCH_BYTES) bytes += weightOfMessage(messages[to++]!);
  return to;
}
