import { Blob, placeOf, resumedAt, type Version } from './blob.js';
import type { Downstream } from './downstream.js';
import type { LinkId } from './interface.js';
import type { Links } from './links.js';
import type { Memory } from './memory.js';
import type { BlobLive, BlobOpen, BlobPiece, BlobProgress, BlobRefused, BlobWant, Span } from './messages.js';
import { versionOf, type LogRecord, type Pieces } from './record.js';
import { isSamePlace, type BodyPlace } from './saved.js';
import type { ServerId } from './server.js';
import type { Place, State } from './state.js';

const NOTHING = new Uint8Array(0);
/** Of a body that goes ahead of its record. */
const NO_VERSION: Version = { key: '', revision: 0, span: null };
/** Of the window: what one member asked for need not be as far ahead as what all members keep. */
const READER_SHARE = 4;
/** Silences for which the lane of bodies may stand still. */
const STANDSTILLS = 10;

/** A large body as it passes this server in the present view. */
interface Stream {
  readonly blob: Blob;
  /** The last one to get it: the source's predecessor, or who has asked for it. */
  end: ServerId;
  /** The next piece for the successor; -1 until that one has said what it has. */
  next: number;
  /** Pieces from here on have to wait; only at the source, which is held back by the end. */
  limit: number;
  /** Pieces that everyone from the source to this server's predecessor has, as far as is known in this view. */
  through: number;
  /** Pieces of which the successor was told that everyone up to this server has them. */
  reported: number;
  /** Monotonic ms at which it began, or last came through. */
  movedAt: number;
}

/** Whom it concerns what becomes of large bodies. */
interface StreamHost {
  /** At the source of a body that goes ahead of its record: so many pieces have come through the whole ring. */
  progressed(blob: Blob, held: number): void;
  /** At the source: more of it is on this server's disk. */
  saved(blob: Blob): void;
  /** At the source: a member cannot take it. */
  refused(blob: Blob, reason: 'full' | 'damaged'): void;
  /** Something of an asked for body has come in. */
  moving(blob: Blob): void;
  /** What a reader here asked for is announced, or another piece of it has come in. */
  fetched(blob: Blob): void;
  /** A body that this server lacked is here. */
  arrived(blob: Blob): void;
  /** What this server was sending to who had asked for it is not here any more. */
  failed(version: Version, asker: ServerId): void;
}

/**
 * Large bodies on their way along the ring, in pieces, each of which is handed on as soon as it is here. Members keep
 * what goes ahead of its record until that record is committed or its origin gives it up; so a view change costs
 * nothing but the question how much the new successor has.
 */
export class Streams {
  private readonly table = new Map<string, Stream>();
  private readonly unreported = new Set<Stream>();
  private lastNumber = 0;

  constructor(
    private readonly state: State,
    private readonly links: Links,
    private readonly downstream: Downstream,
    private readonly memory: Memory,
    private readonly host: StreamHost,
  ) {}

  /** Bodies that are ahead of their record. */
  get pinned(): number {
    let count = 0;
    for (const { blob } of this.table.values()) if (blob.version === null) count++;
    return count;
  }

  /** Those that somebody has asked for. */
  get passing(): number {
    return this.table.size - this.pinned;
  }

  /** Bytes of bodies here that no record has yet. */
  get reservedBytes(): number {
    let bytes = 0;
    for (const { blob } of this.table.values()) bytes += blob.reservedBytes;
    return bytes;
  }

  /** Whether any body ever began here. */
  get hasSource(): boolean {
    return this.lastNumber > 0;
  }

  /** A body whose client begins to send it. */
  create(size: number): Blob {
    const blob = this.keep(this.state.self.id, ++this.lastNumber, size, null);
    this.add(blob);
    return blob;
  }

  /** A body that is here already, and has yet to go ahead of its record. */
  createOf(record: LogRecord, stored: BodyPlace): Blob {
    const blob = Blob.of(this.state.self.id, ++this.lastNumber, null, record, stored);
    this.add(blob);
    return blob;
  }

  /** More of a body is here, at its source. */
  extend(blob: Blob, bytes: Uint8Array): void {
    blob.add(bytes, () => this.host.saved(blob));
  }

  /** Tells the successor of a body that goes ahead of its record. Others tell theirs when they hear of it. */
  announce(blob: Blob): void {
    const { place, isActive } = this.state;
    const stream = this.find(blob);
    if (!stream || !place || !isActive || place.isAlone) return;
    stream.end = place.predecessor.id;
    this.open(stream, NO_VERSION);
  }

  /** More of it is here. */
  grown(blob: Blob): void {
    const stream = this.find(blob);
    if (stream) this.pump(stream);
  }

  /** Sends a body that is here, or a part of it, to who asked for it, once; anew, if nothing came of that. */
  serve(asker: ServerId, record: LogRecord, span: Span | null): void {
    const { key } = record;
    const version = versionOf(record);
    const { self, now, options } = this.state;
    for (const [name, { blob, end, movedAt }] of this.table) {
      if (end !== asker || blob.source !== self.id || !isVersion(blob, key, version)) continue;
      if (blob.version!.span?.fetch !== span?.fetch) continue;
      if (now - movedAt <= options.suspectAfterMs) return;
      this.remove(name);
    }
    const named = { key, revision: version, span };
    const blob = Blob.of(this.state.self.id, ++this.lastNumber, named, record, placeOf(record));
    const stream = this.add(blob);
    stream.end = asker;
    this.open(stream, named);
  }

  /** Whether somebody is being sent a file of this server's directory. */
  givesFile(): boolean {
    const { self } = this.state;
    return [...this.table.values()].some(
      ({ blob: { source, stored } }) => source === self.id && stored.kind === 'file',
    );
  }

  /** Whether more of it is coming in. */
  isComing(blob: Blob): boolean {
    return this.find(blob)?.blob === blob;
  }

  /** The body of this version, as far as it has come in to stay here. */
  coming(key: string, version: number): Blob | null {
    const { self } = this.state;
    for (const { blob } of this.table.values())
      if (blob.source !== self.id && isVersion(blob, key, version) && !blob.passesThrough) return blob;
    return null;
  }

  /** Its reader here has taken what lies before this piece. */
  took(blob: Blob, index: number): void {
    blob.take(index);
    const stream = this.find(blob);
    if (stream?.blob === blob) this.unreported.add(stream);
  }

  /** It has no reader here any more. */
  leave(blob: Blob): void {
    if (!this.isComing(blob)) return;
    if (blob.isWhole) return this.took(blob, Infinity);
    this.giveUp(blob, 'unwanted');
  }

  /** Whether a body that need not be here may stay, beside those that are coming in. */
  fitsAsSpare(size: number): boolean {
    let bytes = size;
    for (const { blob } of this.table.values()) if (blob.version !== null) bytes += blob.reservedBytes;
    return bytes <= this.memory.spareLimit;
  }

  /** The body that went ahead of this record; null when it is not here. */
  attach({ origin, blob: number }: LogRecord): Pieces | null {
    const blob = this.table.get(nameOf(origin, number))?.blob;
    if (!blob?.isWhole) return null;
    blob.attached = true;
    return blob.body;
  }

  /** The record was dropped from the log, and may come again. */
  detach({ origin, blob: number }: LogRecord): void {
    const stream = this.table.get(nameOf(origin, number));
    if (stream) stream.blob.attached = false;
  }

  /** Its record is committed. */
  release({ origin, blob }: LogRecord): void {
    this.remove(nameOf(origin, blob));
  }

  drop(blob: Blob): void {
    this.remove(nameOf(blob.source, blob.number));
  }

  /** Tells everyone which of this server's bodies may still get a record. */
  tellLive(blobs: readonly number[]): void {
    const { place, isActive, self } = this.state;
    if (!place || !isActive || place.isAlone) return;
    this.downstream.send({ kind: 'blob-live', view: place.view.id, source: self.id, blobs });
  }

  /** What was asked for is asked for again; the rest waits for its source to announce it in this view. */
  installed(): void {
    this.unreported.clear();
    for (const [name, stream] of this.table) {
      if (stream.blob.version !== null) this.remove(name);
      else
        Object.assign(stream, { next: -1, limit: this.limitAfter(stream.blob, 0), through: 0, reported: 0 });
    }
  }

  /** Drops what can get no record any more, as its origin is gone; every record that it got is stored here. */
  dropStrangers({ indexes }: Place): void {
    for (const [name, { blob }] of this.table) if (!indexes.has(blob.source)) this.remove(name);
  }

  /** This incarnation ends: others begin anew with it. */
  abandon(): void {
    for (const name of this.table.keys()) this.remove(name);
  }

  opened(link: LinkId, message: BlobOpen): void {
    const { self } = this.state;
    const stream = this.table.get(nameOf(message.source, message.blob)) ?? this.adopt(message);
    if (!stream) return this.refuse(message, 'full');
    const { view, source, blob, end } = message;
    const isFirst = this.state.place!.predecessor.id === source || stream.blob.version !== null;
    Object.assign(stream, { end, next: -1, through: isFirst ? Infinity : 0, reported: 0 });
    this.links.send(link, { kind: 'blob-want', view, source, blob, held: stream.blob.held });
    this.unreported.add(stream);
    if (end !== self.id) this.downstream.send(message);
    else if (message.span !== null) this.host.fetched(stream.blob);
  }

  /** The successor says what it has: it gets the rest. */
  wanted({ source, blob, held }: BlobWant): void {
    const stream = this.table.get(nameOf(source, blob));
    if (!stream) return;
    stream.next = held;
    this.pump(stream);
  }

  piece(message: BlobPiece): void {
    const stream = this.table.get(nameOf(message.source, message.blob));
    if (!stream || message.index !== stream.blob.held) return;
    const { blob } = stream;
    stream.movedAt = this.state.now;
    if (message.digest === '') this.take(stream, message);
    else if (!blob.complete(message.digest) && blob.version === null) return this.giveUp(blob, 'damaged');
    if (blob.size < 0 && !this.memory.hasRoom) return this.giveUp(blob, 'full');
    // What has come in is kept before it is passed on and forgotten.
    if (blob.version !== null) this.moved(stream);
    this.pump(stream);
    this.unreported.add(stream);
  }

  /**
   * Of a body that goes ahead of its record, each member tells how far all up to itself have come: one that joined in
   * the middle of it may have less than those behind it.
   */
  progress(message: BlobProgress): void {
    const stream = this.table.get(nameOf(message.source, message.blob));
    if (message.source === this.state.self.id) {
      if (stream) this.cameThrough(stream, message);
    } else if (stream?.blob.version === null) {
      stream.through = message.held;
      this.unreported.add(stream);
    } else {
      this.downstream.send(message);
    }
  }

  /** An asker keeps nothing that it needs no more: its reader has taken it, or the object was written anew. */
  private take(stream: Stream, { bytes, index }: BlobPiece): void {
    const { blob, end } = stream;
    blob.add(bytes, () => this.unreported.add(stream));
    if (blob.passesThrough && end === this.state.self.id && index < blob.taken) blob.forget(index);
  }

  private cameThrough(stream: Stream, message: BlobProgress): void {
    const { blob } = stream;
    stream.movedAt = this.state.now;
    stream.limit = this.limitAfter(blob, message.held);
    if (blob.version === null) this.host.progressed(blob, message.held);
    else if (blob.isWhole && message.held === blob.held) this.drop(blob);
    this.pump(stream);
  }

  refused(message: BlobRefused): void {
    const stream = this.table.get(nameOf(message.source, message.blob));
    if (message.source !== this.state.self.id) {
      // Its source has no more of it, and another one is to come from elsewhere.
      if (stream && stream.blob.version !== null) this.drop(stream.blob);
      return this.downstream.send(message);
    }
    if (!stream) return;
    const { blob } = stream;
    if (blob.version !== null || message.reason === 'unwanted') this.drop(blob);
    else this.host.refused(blob, message.reason);
  }

  live(message: BlobLive): void {
    const living = new Set(message.blobs);
    for (const { blob } of this.table.values()) {
      if (blob.source === message.source && blob.version === null && !living.has(blob.number))
        this.drop(blob);
    }
    if (this.state.place!.successor.id !== message.source) this.downstream.send(message);
  }

  /** What is there cannot be read from the disk: what it was for goes no further. */
  unreadable(stored: BodyPlace): void {
    for (const { blob, end, limit } of this.table.values()) {
      if (!isSamePlace(blob.stored, stored)) continue;
      const { version, source } = blob;
      const isMine = source === this.state.self.id;
      if (version === null && isMine) this.host.refused(blob, 'damaged');
      else if (version === null || isMine) this.giveUp(blob, 'damaged');
      else this.drop(blob);
      if (version !== null && isMine) this.host.failed(resumedAt(version, limit - this.windowOf(blob)), end);
    }
  }

  /** What somebody has asked for, and of which nothing has come for long, will not come: it was moved or dropped where it came from. */
  tick(): void {
    const { now, options } = this.state;
    for (const [name, { blob, movedAt }] of this.table)
      if (blob.version !== null && now - movedAt > STANDSTILLS * options.suspectAfterMs) this.remove(name);
  }

  /** Progress is told once for all that one step brought. */
  flush(): void {
    const { place, isActive } = this.state;
    if (this.unreported.size === 0 || !place || !isActive) return;
    for (const stream of this.unreported) this.report(stream, place);
    this.unreported.clear();
  }

  private report(stream: Stream, place: Place): void {
    const { source, number, isWhole, version, safe } = stream.blob;
    const held = Math.min(safe, stream.through);
    const isMine = version === null || stream.end === this.state.self.id;
    if (!isMine || held === stream.reported) return;
    stream.reported = held;
    this.downstream.send({ kind: 'blob-progress', view: place.view.id, source, blob: number, held });
    if (isWhole && version !== null && held === stream.blob.held) this.drop(stream.blob);
  }

  private moved({ blob, end }: Stream): void {
    if (blob.version!.span !== null) {
      if (end === this.state.self.id) this.host.fetched(blob);
      return;
    }
    this.host.moving(blob);
    if (blob.isWhole && !blob.isDamaged && !blob.passesThrough) this.host.arrived(blob);
  }

  /** Sends on what the successor lacks and may be sent. */
  private pump(stream: Stream): void {
    const { place, isActive, self } = this.state;
    if (!place || !isActive || stream.next < 0 || stream.end === self.id) return;
    const { blob } = stream;
    const { source, number } = blob;
    const to = Math.min(blob.held, stream.limit);
    for (; stream.next < to; stream.next++) {
      const { bytes, digest } = blob.piece(stream.next);
      const head = { kind: 'blob-piece', view: place.view.id, source, blob: number } as const;
      const piece = { ...head, index: stream.next, bytes: bytes ?? NOTHING, digest };
      this.downstream.send(piece, false, bytes === null ? blob.stored : undefined);
    }
    const hasPassed = blob.isWhole && stream.next === blob.held && source !== self.id;
    if (hasPassed && blob.version !== null) this.drop(blob);
  }

  private open({ blob, end }: Stream, version: Version): void {
    const { source, number, size } = blob;
    const view = this.state.place!.view.id;
    this.downstream.send({ kind: 'blob-open', view, source, blob: number, end, size, ...version });
  }

  /**
   * Whoever lacks a body that passes keeps it, unless it goes to one reader. null: there is no room here for one that goes ahead of its record. What room
   * the others have is for its source to ask: here they have set it aside for this very body already.
   */
  private adopt({ source, blob: number, end, size, key, revision, span }: BlobOpen): Stream | null {
    const isAhead = revision === 0;
    if (isAhead && size > this.memory.room) return null;
    const version = isAhead ? null : { key, revision, span };
    const keeps = isAhead || (span === null && this.isWanted(key, revision, end, size));
    if (keeps) return this.add(this.keep(source, number, size, version));
    const stored = { kind: 'part', part: { source, number } } as const;
    const blob = new Blob(source, number, size, version, null, null, stored);
    if (span !== null) blob.skip(span.from);
    return this.add(blob);
  }

  /** A body that begins to come in, and stays. */
  private keep(source: ServerId, number: number, size: number, version: Version | null): Blob {
    const { options, journal } = this.state;
    const hash = options.createDigest();
    const stored = { kind: 'part', part: { source, number } } as const;
    return new Blob(source, number, size, version, hash, journal.isDurable ? journal : null, stored);
  }

  private isWanted(key: string, version: number, asker: ServerId, size: number): boolean {
    const { catalogue, self } = this.state;
    const isSpare = catalogue.mayHave(key, version) && (asker === self.id || this.fitsAsSpare(size));
    const isMissed = catalogue.lacking.get(key) === version || catalogue.lost.get(key) === version;
    if (!isMissed && !isSpare) return false;
    for (const [name, { blob, end }] of this.table) {
      if (!isVersion(blob, key, version) || blob.passesThrough) continue;
      // Nothing came of what this server asked for, as it asks again. Otherwise one is enough, and what is another's has to go on to that one.
      if (end !== self.id || asker !== self.id) return false;
      this.remove(name);
    }
    return true;
  }

  /** Its source gives it up then, and tells everyone. */
  private giveUp(blob: Blob, reason: BlobRefused['reason']): void {
    this.drop(blob);
    this.refuse({ source: blob.source, blob: blob.number }, reason);
  }

  private refuse({ source, blob }: Pick<BlobPiece, 'source' | 'blob'>, reason: BlobRefused['reason']): void {
    const view = this.state.place!.view.id;
    this.downstream.send({ kind: 'blob-refused', view, source, blob, reason });
  }

  private add(blob: Blob): Stream {
    const limit = this.limitAfter(blob, blob.version?.span?.from ?? 0);
    const stream: Stream = {
      blob,
      end: blob.source,
      next: -1,
      limit,
      through: 0,
      reported: 0,
      movedAt: this.state.now,
    };
    this.table.set(nameOf(blob.source, blob.number), stream);
    return stream;
  }

  private limitAfter(blob: Blob, held: number): number {
    return blob.source === this.state.self.id ? held + this.windowOf(blob) : Infinity;
  }

  /** Many bodies may be asked for at once, and their readers may be slow. */
  private windowOf({ version }: Blob): number {
    const { windowPieces } = this.state.options;
    return version === null ? windowPieces : readerWindow(windowPieces);
  }

  private find(blob: Blob): Stream | undefined {
    return this.table.get(nameOf(blob.source, blob.number));
  }

  private remove(name: string): void {
    const stream = this.table.get(name);
    if (!stream) return;
    this.table.delete(name);
    this.unreported.delete(stream);
    const { part } = stream.blob;
    if (part !== null) this.state.journal.discard(part);
  }
}

/** Pieces that the source of what a reader takes may be ahead of it. */
export function readerWindow(windowPieces: number): number {
  return Math.max(1, Math.floor(windowPieces / READER_SHARE));
}

function nameOf(source: ServerId, number: number): string {
  return `${source}/${number}`;
}

function isVersion({ version }: Blob, key: string, revision: number): boolean {
  return version !== null && version.key === key && version.revision === revision;
}
