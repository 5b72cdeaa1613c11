import { invariant } from './assert.js';
import type { NotDone, Outcome, Ticket } from './interface.js';
import { Queue } from './queue.js';
import { NO_OPERATION, weightOf, type Condition, type LogRecord, type Operation } from './record.js';

interface Waiting {
  readonly ticket: Ticket;
  readonly operation: Operation;
  readonly deadline: number;
}

/** A write that has left: it keeps its request id until its outcome is known, also when its client has given up. */
export interface SentWrite {
  readonly request: number;
  operation: Operation;
  readonly deadline: number;
  /** null: the client was answered already. */
  ticket: Ticket | null;
  /** Its revision, once it was seen numbered; 0 before. */
  revision: number;
}

type Respond = (ticket: Ticket, outcome: Outcome) => void;

/**
 * The writes that clients gave to this server. They wait, without a request id, until there is a view to send
 * them in and credit to send them with; what waited in vain is certainly not done. Sent ones are in the order
 * of their request ids, which is the order in which they are numbered and committed.
 */
export class OwnWrites {
  private readonly waiting = new Queue<Waiting>();
  private readonly sent = new Queue<SentWrite>();
  private sentBytes = 0;
  private lastRequest = 0;

  constructor(
    private readonly waitingLimit: number,
    private readonly respond: Respond,
  ) {}

  get pending(): number {
    return this.waiting.length + this.sent.length;
  }

  add(ticket: Ticket, operation: Operation, deadline: number): void {
    if (this.waiting.length >= this.waitingLimit) this.respond(ticket, notDone('overloaded'));
    else this.waiting.push({ ticket, operation, deadline });
  }

  /** The next write that may leave with this much credit; a single one may exceed it. */
  next(creditBytes: number): SentWrite | null {
    const first = this.waiting.at(0);
    if (!first) return null;
    const isWithin = this.sentBytes + weightOf(first.operation) <= creditBytes;
    if (this.sent.length > 0 && !isWithin) return null;
    this.waiting.shift();
    return this.send(first.ticket, first.operation, first.deadline);
  }

  /** A write that needs no credit, as its body has gone ahead. */
  send(ticket: Ticket, operation: Operation, deadline: number): SentWrite {
    const write: SentWrite = { request: ++this.lastRequest, operation, deadline, ticket, revision: 0 };
    this.sent.push(write);
    this.sentBytes += weightOf(operation);
    return write;
  }

  /** The body of a sent write, for the record that comes back without it. */
  bodyOf(request: number): Uint8Array | null {
    return this.find(request)?.operation.body ?? null;
  }

  numbered(record: LogRecord): void {
    const write = this.find(record.request);
    if (write) write.revision = record.revision;
  }

  dropped(record: LogRecord): void {
    const write = this.find(record.request);
    if (write) write.revision = 0;
  }

  committed(record: LogRecord, outcome: () => Outcome): void {
    const write = this.sent.shift();
    invariant(write?.request === record.request, `own request ${record.request} committed out of order`);
    this.sentBytes -= weightOf(write.operation);
    if (write.ticket !== null) this.respond(write.ticket, outcome());
  }

  /** Sent writes that nobody has numbered, to be sent again in a new view. */
  unnumbered(): SentWrite[] {
    return this.sent.toArray().filter((write) => write.revision === 0);
  }

  /** The large bodies of sent writes that have their place in the order. */
  numberedBlobs(): ReadonlySet<number> {
    const numbered = this.sent.toArray().filter(({ revision }) => revision !== 0);
    return new Set(numbered.map(({ operation }) => operation.blob));
  }

  /**
   * The large body of a write that has left and has no number cannot come round any more. It keeps its request id, with
   * something that changes nothing; on the other side of a partition it may have been done.
   */
  forgo(blob: number): void {
    const write = this.sent.toArray().find(({ operation }) => operation.blob === blob);
    if (!write) return;
    this.giveUp(write);
    // Its Idempotency-Key stays free for who tries again.
    write.operation = { ...NO_OPERATION, key: write.operation.key, condition: NEVER };
  }

  /** Its client is gone: nobody is to be answered any more. */
  disown(ticket: Ticket): void {
    for (let index = 0; index < this.sent.length; index++) {
      const write = this.sent.at(index)!;
      if (write.ticket === ticket) write.ticket = null;
    }
  }

  expire(now: number, reason: NotDone): void {
    while (this.waiting.length > 0 && this.waiting.at(0)!.deadline <= now) {
      this.respond(this.waiting.shift()!.ticket, notDone(reason));
    }
    for (let index = 0; index < this.sent.length; index++) {
      const write = this.sent.at(index)!;
      if (write.deadline <= now) this.giveUp(write);
      else if (isInTurn(write)) break;
    }
  }

  refuseWaiting(reason: NotDone): void {
    while (this.waiting.length > 0) this.respond(this.waiting.shift()!.ticket, notDone(reason));
  }

  /** This incarnation ends: what was sent may or may not have been done. */
  abandonSent(): void {
    for (let index = 0; index < this.sent.length; index++) this.giveUp(this.sent.at(index)!);
    this.sent.clear();
    this.sentBytes = 0;
    this.lastRequest = 0;
  }

  private giveUp(write: SentWrite): void {
    if (write.ticket !== null) this.respond(write.ticket, { kind: 'unknown' });
    write.ticket = null;
  }

  private find(request: number): SentWrite | undefined {
    const first = this.sent.at(0);
    return first && this.sent.at(request - first.request);
  }
}

/** Nothing fulfils it. */
const NEVER: Condition = { kind: 'match', etags: [] };

/** Whether those behind it have a later deadline: only a write whose body went ahead is younger than its place. */
function isInTurn({ ticket, operation }: SentWrite): boolean {
  return ticket !== null && operation.blob === 0;
}

function notDone(reason: NotDone): Outcome {
  return { kind: 'not-done', reason };
}
