import type { Blob } from './blob.js';
import { invariant } from './assert.js';
import type { NotDone, Ticket } from './interface.js';
import type { Memory } from './memory.js';
import type { LogRecord, Operation } from './record.js';
import type { OnDisk } from './saved.js';
import type { State } from './state.js';
import type { Streams } from './streams.js';

interface Upload {
  readonly ticket: Ticket;
  readonly blob: Blob;
  /** Pieces that have come through the whole ring in this view. */
  progress: number;
  /** Monotonic ms at which it last got on. */
  movedAt: number;
  granted: number;
  /** What is to be done with the body, once the client has sent all of it. */
  operation: Operation | null;
  /** Its write has left: the body stays until it is known what came of it, or that the ring cannot have the body in time. */
  isSent: boolean;
}

interface UploadsHost {
  /** More writes may leave. */
  held(): void;
  /** A newcomer cannot take the body of a write that has left. */
  lost(blob: number): void;
}

/** A write whose body every member has. */
export interface HeldWrite {
  readonly ticket: Ticket;
  readonly operation: Operation;
}

/**
 * The large bodies that clients send to this server. They go ahead round the ring, no further than a window beyond what
 * has come through; that is what a client may send. A write follows when the whole ring has its body in the present
 * view, so that nobody stores a record without it.
 */
export class Uploads {
  private readonly byNumber = new Map<number, Upload>();
  private readonly byTicket = new Map<Ticket, Upload>();
  /** Those that the client has sent all of, and whose write has not left. */
  private readonly ended = new Set<Upload>();

  constructor(
    private readonly state: State,
    private readonly streams: Streams,
    private readonly memory: Memory,
    private readonly host: UploadsHost,
  ) {}

  open(ticket: Ticket, size: number): void {
    const refusal = this.refusal(size);
    if (refusal) return this.answer(ticket, refusal);
    const blob = this.streams.create(size);
    const movedAt = this.state.now;
    const upload = { ticket, blob, progress: 0, movedAt, granted: 0, operation: null, isSent: false };
    this.byNumber.set(blob.number, upload);
    this.byTicket.set(ticket, upload);
    this.streams.announce(blob);
    this.grant(upload);
  }

  piece(ticket: Ticket, bytes: Uint8Array): void {
    const upload = this.byTicket.get(ticket);
    if (!upload || bytes.length === 0) return;
    const { blob } = upload;
    invariant(
      blob.held < upload.granted,
      `piece ${blob.held} of an upload that was granted ${upload.granted}`,
    );
    this.streams.extend(blob, bytes);
    if (blob.size < 0 && !this.memory.hasRoom) return this.fail(upload, 'full');
    this.advanced(upload);
  }

  end(ticket: Ticket, operation: Operation): void {
    const upload = this.byTicket.get(ticket);
    if (!upload) return;
    const { blob } = upload;
    if (blob.size >= 0 && blob.bytes !== blob.size) return this.fail(upload, 'damaged');
    blob.close();
    upload.operation = { ...operation, size: blob.bytes, digest: blob.digest, blob: blob.number };
    this.ended.add(upload);
    this.advanced(upload);
    if (this.isHeld(blob.number)) this.host.held();
  }

  /** A body that is here already: its write leaves when the ring has it. */
  offer(ticket: Ticket, operation: Operation, record: LogRecord, stored: OnDisk): void {
    const refusal = this.refusal(record.size);
    if (refusal) return this.answer(ticket, refusal);
    const blob = this.streams.createOf(record, stored);
    const movedAt = this.state.now;
    const upload: Upload = {
      ticket,
      blob,
      progress: 0,
      movedAt,
      granted: 0,
      operation: { ...operation, blob: blob.number },
      isSent: false,
    };
    this.byNumber.set(blob.number, upload);
    this.byTicket.set(ticket, upload);
    this.ended.add(upload);
    this.streams.announce(blob);
    if (this.isHeld(blob.number)) this.host.held();
  }

  /** The client is gone; what has left with a request id goes its way. */
  abort(ticket: Ticket): void {
    const upload = this.byTicket.get(ticket);
    if (upload && !upload.isSent) this.drop(upload);
  }

  /** Whether every member has the body, in the present view. */
  isHeld(number: number): boolean {
    const upload = this.byNumber.get(number);
    return !!upload && upload.blob.isWhole && this.throughOf(upload) >= upload.blob.held;
  }

  /** The next write whose body is everywhere, to be sent now. */
  takeHeld(): HeldWrite | null {
    for (const upload of this.ended) {
      if (!this.isHeld(upload.blob.number)) continue;
      upload.isSent = true;
      this.ended.delete(upload);
      return { ticket: upload.ticket, operation: upload.operation! };
    }
    return null;
  }

  progressed(blob: Blob, held: number): void {
    const upload = this.byNumber.get(blob.number);
    if (!upload || held <= upload.progress) return;
    upload.progress = held;
    upload.movedAt = this.state.now;
    this.grant(upload);
    if (this.isHeld(blob.number)) this.host.held();
  }

  /** More of the body is on this server's disk. */
  saved(blob: Blob): void {
    const upload = this.byNumber.get(blob.number);
    if (!upload) return;
    this.grant(upload);
    if (this.isHeld(blob.number)) this.host.held();
  }

  refused(blob: Blob, reason: NotDone): void {
    const upload = this.byNumber.get(blob.number);
    if (!upload) return;
    if (upload.isSent) this.abandon(blob.number);
    else this.fail(upload, reason);
  }

  /** The write that has left goes on without its body, which changes nothing then. */
  abandon(number: number): void {
    const upload = this.byNumber.get(number);
    if (upload) this.drop(upload);
    this.host.lost(number);
  }

  /** What the ring had is void: the next members may have less. */
  installed(): void {
    for (const upload of this.byNumber.values()) upload.progress = 0;
  }

  /** Announces in a new view what may still get a record, and is not among those that have one. */
  resume(numbered: ReadonlySet<number>): void {
    // What was told in the view before may not have come all the way round, also when nothing is left now.
    if (this.streams.hasSource) this.tellLive();
    for (const upload of this.byNumber.values()) {
      if (!numbered.has(upload.blob.number)) this.streams.announce(upload.blob);
      this.grant(upload);
    }
  }

  /** The write was given its place for good. */
  committed(number: number): void {
    const upload = this.byNumber.get(number);
    if (upload) this.forget(upload);
  }

  tick(reason: NotDone): void {
    const { now, options } = this.state;
    for (const upload of this.byTicket.values()) {
      const waits = this.throughOf(upload) < upload.blob.held || upload.operation !== null;
      if (!waits) upload.movedAt = now;
      else if (!upload.isSent && now - upload.movedAt > options.requestTimeoutMs) this.fail(upload, reason);
    }
  }

  /** Those whose write has not left are certainly not done. */
  refuseAll(reason: NotDone): void {
    for (const upload of this.byTicket.values()) if (!upload.isSent) this.fail(upload, reason);
  }

  private refusal(size: number): NotDone | null {
    const { phase, leaving, options } = this.state;
    if (phase !== 'member') return 'not-a-member';
    if (leaving) return 'leaving';
    if (!this.state.hasStorage) return 'no-storage';
    if (this.byTicket.size >= options.waitingLimit) return 'overloaded';
    return this.memory.fits(Math.max(0, size)) ? null : 'full';
  }

  private advanced(upload: Upload): void {
    this.streams.grown(upload.blob);
    this.grant(upload);
  }

  /** Alone, a server has all that there is to have. */
  private throughOf({ blob, progress }: Upload): number {
    return this.state.place!.isAlone ? blob.safe : Math.min(blob.safe, progress);
  }

  private grant(upload: Upload): void {
    const pieces = this.throughOf(upload) + this.state.options.windowPieces;
    if (pieces <= upload.granted || upload.blob.isWhole) return;
    upload.granted = pieces;
    this.state.effects.grant(upload.ticket, pieces);
  }

  private fail(upload: Upload, reason: NotDone): void {
    this.answer(upload.ticket, reason);
    this.drop(upload);
  }

  private drop(upload: Upload): void {
    this.forget(upload);
    this.streams.drop(upload.blob);
    this.tellLive();
  }

  private forget(upload: Upload): void {
    this.byTicket.delete(upload.ticket);
    this.byNumber.delete(upload.blob.number);
    this.ended.delete(upload);
  }

  private tellLive(): void {
    this.streams.tellLive([...this.byNumber.keys()]);
  }

  private answer(ticket: Ticket, reason: NotDone): void {
    this.state.effects.answer(ticket, { kind: 'not-done', reason });
  }
}
