import { type Input, type Operation, type Outcome, PIECE_BYTES, type Ticket } from '../replication/index.js';
import { pieceMemory } from './piece-memory.js';

export type UploadInput = Extract<Input, { kind: 'upload-piece' | 'upload-end' | 'upload-abort' }>;

const NOTHING = new Uint8Array(0);

/**
 * A large body on its way from a client to the core, which says how many pieces it may have. What is given is copied once,
 * into pieces; what the core may not have yet is at most one piece and what is left of the last `write`.
 */
export class Upload {
  private piece: Uint8Array = NOTHING;
  private filled = 0;
  private rest: Uint8Array = NOTHING;
  private given = 0;
  private granted = 0;
  private operation: Operation | null = null;
  private isOver = false;
  private release: (() => void) | null = null;

  /**
   * @param size bytes of the body; -1 while that is not known
   * @param outcome what comes of the write; it may come at any time, and then no more of the body is wanted
   */
  constructor(
    private readonly ticket: Ticket,
    private readonly size: number,
    readonly outcome: Promise<Outcome>,
    private readonly step: (input: UploadInput) => void,
  ) {
    void outcome.then(() => this.finish());
  }

  /** The next bytes of the body. `true`: there is room for more; else there is once the promise has resolved. */
  write(bytes: Uint8Array): true | Promise<void> {
    if (this.isOver) return true;
    if (this.isBlocked) throw new Error('an upload was given more than it had room for');
    this.rest = bytes;
    this.pass();
    return this.isBlocked ? new Promise((resolve) => (this.release = resolve)) : true;
  }

  /** The body is complete. `operation` has everything else. */
  end(operation: Operation): void {
    if (this.isOver) return;
    this.operation = operation;
    this.pass();
  }

  /** The client is gone. A body that was complete goes on. */
  abort(): void {
    if (this.isOver) return;
    this.finish();
    this.step({ kind: 'upload-abort', ticket: this.ticket });
  }

  /** So many pieces may be given in all. */
  grant(pieces: number): void {
    if (this.isOver) return;
    this.granted = pieces;
    this.pass();
  }

  private get isFull(): boolean {
    return this.filled > 0 && this.filled === this.piece.length;
  }

  /** Whether what was written has to wait for a grant. */
  private get isBlocked(): boolean {
    return this.rest.length > 0 || this.isFull;
  }

  private pass(): void {
    while (this.isBlocked) {
      if (!this.isFull) this.fill();
      else if (!this.give()) return;
    }
    this.release?.();
    this.release = null;
    if (this.operation !== null) this.conclude(this.operation);
  }

  private conclude(operation: Operation): void {
    if (this.filled > 0 && !this.give()) return;
    this.finish();
    this.step({ kind: 'upload-end', ticket: this.ticket, operation });
  }

  private fill(): void {
    if (this.filled === 0) this.piece = pieceMemory(this.nextPieceBytes());
    const count = Math.min(this.rest.length, this.piece.length - this.filled);
    this.piece.set(this.rest.subarray(0, count), this.filled);
    this.filled += count;
    this.rest = this.rest.subarray(count);
  }

  /** Only a piece that turned out to be the last one is copied again: it would keep the memory of a whole one. */
  private give(): boolean {
    if (this.given === this.granted) return false;
    this.given++;
    const bytes = this.isFull ? this.piece : copyOf(this.piece.subarray(0, this.filled));
    this.piece = NOTHING;
    this.filled = 0;
    this.step({ kind: 'upload-piece', ticket: this.ticket, bytes });
    return true;
  }

  private nextPieceBytes(): number {
    const left = this.size - this.given * PIECE_BYTES;
    return left > 0 ? Math.min(PIECE_BYTES, left) : PIECE_BYTES;
  }

  private finish(): void {
    this.isOver = true;
    this.piece = this.rest = NOTHING;
    this.filled = 0;
    this.release?.();
    this.release = null;
  }
}

function copyOf(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}
