import type { Digest } from './interface.js';
import type { Journal } from './journal.js';
import type { Span } from './messages.js';
import type { LogRecord, Part, Pieces } from './record.js';
import type { BodyPlace } from './saved.js';
import type { ServerId } from './server.js';

const NOTHING = new Uint8Array(0);

/** Of a body that a lookup was answered with: which version it is of. */
export interface Version {
  readonly key: string;
  readonly revision: number;
  /** What goes to one reader, and is kept by nobody; null: the whole, to stay. */
  readonly span: Span | null;
}

/** The same, of which what lies before this piece has been taken. */
export function resumedAt(version: Version, first: number): Version {
  const { span } = version;
  return span === null ? version : { ...version, span: { ...span, from: Math.min(first, span.to - 1) } };
}

/**
 * A large body on its way, as one server has it: piece by piece in order, and at last the digest of the whole, which
 * counts as a piece of its own.
 */
export class Blob {
  /** null: on this server's disk only. */
  readonly pieces: (Uint8Array | null)[] = [];
  bytes = 0;
  /** Pieces that are on the disk. */
  private saved = 0;
  /** '' until it is whole. */
  digest = '';
  isDamaged = false;
  /** A reader takes it as it comes, and has taken what lies before this piece. */
  taken = Infinity;
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
    /** null: nothing of it is kept here, it passes through, or it is here already. */
    private readonly hash: Digest | null,
    /** Its pieces go to the disk as they come; null: they do not. */
    private readonly journal: Journal | null,
    /** Where they are then. */
    readonly stored: BodyPlace,
  ) {}

  /** A body that is here already, to be sent to who asked for it, or to everyone. */
  static of(
    source: ServerId,
    number: number,
    version: Version | null,
    record: LogRecord,
    stored: BodyPlace,
  ): Blob {
    const body = record.body as Pieces;
    const blob = new Blob(source, number, body.size, version, null, null, stored);
    blob.pieces.push(...body.pieces.slice(0, version?.span?.to));
    blob.bytes = blob.size;
    blob.digest = record.digest;
    return blob;
  }

  /** As what its pieces go to the disk; null: they do not. */
  get part(): Part | null {
    return this.journal === null ? null : { source: this.source, number: this.number };
  }

  /** Its pieces are on this server's disk, or on their way there. */
  private get isOnDisk(): boolean {
    return this.journal !== null || this.pieces.includes(null);
  }

  get isWhole(): boolean {
    return this.digest !== '';
  }

  /** Pieces that are here, the digest counted as one. */
  get held(): number {
    return this.pieces.length + (this.isWhole ? 1 : 0);
  }

  /** Pieces that this server has for good: on its disk, if they go there. Of what a reader takes, those that it took. */
  get safe(): number {
    if (this.journal === null) return Math.min(this.held, this.taken);
    return this.saved === this.pieces.length ? this.held : this.saved;
  }

  get passesThrough(): boolean {
    return this.hash === null;
  }

  /** Bytes that it takes, or is going to take as far as that is known. */
  get reservedBytes(): number {
    return this.attached || this.passesThrough ? 0 : Math.max(this.size, this.bytes);
  }

  get body(): Pieces {
    return { size: this.bytes, pieces: this.pieces, stored: this.isOnDisk ? this.stored : null };
  }

  /** @param then it is on the disk, if it goes there */
  add(bytes: Uint8Array, then: () => void): void {
    const index = this.pieces.push(bytes) - 1;
    this.bytes += bytes.length;
    this.hash?.update(bytes);
    this.journal?.piece(this.part!, index, bytes, () => {
      this.saved = index + 1;
      this.pieces[index] = null;
      then();
    });
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

  /** What goes on as the piece of this index; its bytes are null when they are on the disk only. */
  piece(index: number): { readonly bytes: Uint8Array | null; readonly digest: string } {
    if (index === this.pieces.length) return { bytes: NOTHING, digest: this.digest };
    const bytes = this.pieces[index]!;
    if (this.forgets) this.forget(index);
    return { bytes, digest: '' };
  }

  /** Nobody needs this piece any more. */
  forget(index: number): void {
    this.pieces[index] = NOTHING;
  }

  /** What lies before this piece will not come. */
  skip(from: number): void {
    this.pieces.length = from;
  }

  /** The reader has what lies before this piece. */
  take(index: number): void {
    const end = Math.min(index, this.pieces.length);
    for (let at = Math.min(index, this.taken); at < end; at++) this.forget(at);
    this.taken = index;
  }

  /** What passes through is kept by nobody here; what is here already, by its record. */
  private get forgets(): boolean {
    return this.passesThrough && this.stored.kind === 'part';
  }
}

/** Where the body of a record is, if it is on this server's disk. */
export function placeOf({ body, revision }: LogRecord): BodyPlace {
  const stored = (body as Pieces).stored;
  return stored?.kind === 'file' ? stored : { kind: 'records', revision };
}
