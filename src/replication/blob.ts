import type { Digest } from './interface.js';
import type { Pieces } from './record.js';
import type { ServerId } from './server.js';

const NOTHING = new Uint8Array(0);

/** Of a body that a lookup was answered with: which version it is of. */
export interface Version {
  readonly key: string;
  readonly revision: number;
}

/**
 * A large body on its way, as one server has it: piece by piece in order, and at last the digest of the whole, which
 * counts as a piece of its own.
 */
export class Blob {
  readonly pieces: Uint8Array[] = [];
  bytes = 0;
  /** '' until it is whole. */
  digest = '';
  isDamaged = false;
  /** A record that is stored here has it: its bytes are counted there. */
  attached = false;

  constructor(
    readonly source: ServerId,
    /** The source's number of it. */
    readonly number: number,
    /** Bytes in all; -1 while it is not known. */
    readonly size: number,
    /** null for a body that went ahead of its record. */
    readonly version: Version | null,
    /** null: nothing of it is kept here, it passes through. */
    private readonly hash: Digest | null,
  ) {}

  /** A body that is here already, to be sent to who asked for it. */
  static of(source: ServerId, number: number, version: Version, body: Pieces, digest: string): Blob {
    const blob = new Blob(source, number, body.size, version, null);
    blob.pieces.push(...body.pieces);
    blob.bytes = blob.size;
    blob.digest = digest;
    return blob;
  }

  get isWhole(): boolean {
    return this.digest !== '';
  }

  /** Pieces that are here, the digest counted as one. */
  get held(): number {
    return this.pieces.length + (this.isWhole ? 1 : 0);
  }

  get passesThrough(): boolean {
    return this.hash === null;
  }

  /** Bytes that it takes, or is going to take as far as that is known. */
  get reservedBytes(): number {
    return this.attached || this.passesThrough ? 0 : Math.max(this.size, this.bytes);
  }

  get body(): Pieces {
    return { size: this.bytes, pieces: this.pieces };
  }

  add(bytes: Uint8Array): void {
    this.pieces.push(bytes);
    this.bytes += bytes.length;
    this.hash?.update(bytes);
  }

  /** The source has given all. */
  close(): void {
    this.digest = this.hash!.finish();
  }

  /** All of it has come in; false when it is not what its source sent. */
  complete(digest: string): boolean {
    const isSame = this.hash === null || this.hash.finish() === digest;
    this.digest = digest;
    this.isDamaged = !isSame || (this.size >= 0 && this.bytes !== this.size);
    return !this.isDamaged;
  }

  /** What goes on as the piece of this index. */
  piece(index: number): { readonly bytes: Uint8Array; readonly digest: string } {
    if (index === this.pieces.length) return { bytes: NOTHING, digest: this.digest };
    const bytes = this.pieces[index]!;
    if (this.passesThrough) this.forget(index);
    return { bytes, digest: '' };
  }

  /** Nobody needs this piece any more. */
  forget(index: number): void {
    this.pieces[index] = NOTHING;
  }
}
