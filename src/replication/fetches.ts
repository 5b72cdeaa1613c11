import type { Blob } from './blob.js';
import type { Downstream } from './downstream.js';
import type { Input, Outcome, Ticket } from './interface.js';
import type { Lookups } from './lookups.js';
import { type Body, type LogRecord, PIECE_BYTES, versionOf } from './record.js';
import type { BodyPlace } from './saved.js';
import type { ServerId } from './server.js';
import type { State } from './state.js';
import { readerWindow, type Streams } from './streams.js';

type Wanted = Extract<Input, { kind: 'fetch' }>;

/** A client that reads a large body which was not here when it began. */
interface Reader {
  readonly fetch: number;
  readonly key: string;
  readonly version: number;
  /** Behind the last piece that it wants. */
  readonly to: number;
  /** The piece that it wants, or has. Those before it have been taken. */
  index: number;
  /** null while it has the piece. */
  ticket: Ticket | null;
  /** Monotonic ms since which it has waited without anything coming in. */
  waitsSince: number;
  /** Monotonic ms since which it has the piece. */
  hasSince: number;
  /** Pieces of its own come for it, and nobody keeps them. */
  isAlone: boolean;
  /** Monotonic ms at which they were last asked for. */
  askedAt: number;
  /** What comes in for it. */
  blob: Blob | null;
  hasBegun: boolean;
}

/** The share of the memory limit that pieces for readers may take, each of whom may have a window of them. */
const READERS_SHARE = 1 / 8;
const LEAST_READERS = 4;
const MOST_READERS = 64;
/** The share of the time of a request for which a reader may keep its place with the same piece, when another one waits for a place. */
const IDLE_SHARE = 3 / 5;

const GONE: Outcome = { kind: 'absent' };

/**
 * Large bodies that are not here, for clients that take them piece by piece. What may stay here is asked for once, and all its readers
 * follow it as it comes in. Of the others each reader gets pieces of its own, which are dropped once it has taken them; so a body of
 * any size costs a window of pieces. They are asked for anew, from where the reader is, whenever they cease to come. There are so many places for such readers; one
 * that takes too little leaves its place to who waits for one, and waits for a place itself when it takes more.
 */
export class Fetches {
  private readonly readers = new Map<number, Reader>();
  /** Those that get pieces of their own. */
  private readonly alone = new Set<Reader>();

  constructor(
    private readonly state: State,
    private readonly downstream: Downstream,
    private readonly streams: Streams,
    private readonly lookups: Lookups,
  ) {}

  /** Readers that have not said that they are done. */
  get count(): number {
    return this.readers.size;
  }

  want({ ticket, fetch, key, version, index, to }: Wanted): void {
    const { now, phase, effects } = this.state;
    if (phase !== 'member') return effects.answer(ticket, { kind: 'unavailable', reason: 'not-a-member' });
    const reader = this.readers.get(fetch) ?? this.add(fetch, key, version, to);
    Object.assign(reader, { ticket, index, waitsSince: now });
    if (reader.isAlone && reader.blob !== null) this.streams.took(reader.blob, index);
    this.serve(reader);
  }

  /** It has what it wanted, or its client is gone. */
  end(fetch: number): void {
    const reader = this.readers.get(fetch);
    if (reader === undefined) return;
    this.readers.delete(fetch);
    if (reader.ticket !== null) this.fail(reader, 'timeout');
    if (reader.isAlone) this.leavePlace(reader);
  }

  /** More of a body has come in that is to stay here. */
  moving(blob: Blob): void {
    if (blob.passesThrough || this.readers.size === 0) return;
    const { key, revision } = blob.version!;
    for (const reader of this.readers.values())
      if (!reader.isAlone && reader.key === key && reader.version === revision) this.follow(reader, blob);
  }

  /** What a reader asked for is announced, or more of it has come in. */
  fetched(blob: Blob): void {
    const reader = this.readers.get(blob.version!.span!.fetch);
    // It is gone, or has left its place since it asked.
    if (reader === undefined || !reader.isAlone) return this.streams.leave(blob);
    const isAnnounced = blob.taken === Infinity;
    if (isAnnounced) this.streams.took(blob, reader.index);
    if (isAnnounced || reader.blob === blob) this.follow(reader, blob);
  }

  /** Nobody in this view has the body of this key. */
  missing(key: string): void {
    for (const reader of this.readers.values()) if (!reader.isAlone && reader.key === key) this.lost(reader);
  }

  /** The question for the pieces of a reader has come home. */
  unanswered(fetch: number): void {
    const reader = this.readers.get(fetch);
    if (reader !== undefined) this.lost(reader);
  }

  /** What came in before is of no use for what comes now. */
  installed(): void {
    for (const reader of this.readers.values()) {
      reader.askedAt = -Infinity;
      this.serve(reader);
    }
  }

  /** This incarnation ends. */
  abandon(): void {
    for (const reader of this.readers.values()) if (reader.ticket !== null) this.fail(reader, 'not-a-member');
    this.readers.clear();
    this.alone.clear();
  }

  tick(): void {
    const { now, options } = this.state;
    for (const reader of this.readers.values()) {
      if (reader.ticket === null) continue;
      if (now - reader.waitsSince < options.requestTimeoutMs) this.serve(reader);
      else this.fail(reader, reader.hasBegun || reader.isAlone || this.hasPlace ? 'timeout' : 'overloaded');
    }
  }

  private add(fetch: number, key: string, version: number, to: number): Reader {
    const fresh = {
      index: 0,
      ticket: null,
      waitsSince: 0,
      hasSince: 0,
      isAlone: false,
      askedAt: -Infinity,
      blob: null,
    };
    const reader: Reader = { fetch, key, version, to, ...fresh, hasBegun: false };
    this.readers.set(fetch, reader);
    return reader;
  }

  private follow(reader: Reader, blob: Blob): void {
    Object.assign(reader, { blob, waitsSince: this.state.now });
    this.serve(reader);
  }

  private serve(reader: Reader): void {
    if (reader.ticket === null) return;
    const record = this.state.catalogue.version(reader.key, reader.version);
    const outcome = this.here(reader, record) ?? this.comingIn(reader, record);
    if (outcome !== null) this.respond(reader, outcome);
    else this.ask(reader, record);
  }

  private here({ key, index }: Reader, record: LogRecord | undefined): Outcome | null {
    const body = record?.body;
    if (!body) return null;
    const { catalogue } = this.state;
    // It stays as long as somebody reads it.
    if (catalogue.spares.size > 0) catalogue.touchSpare(key);
    const stored = body instanceof Uint8Array ? null : body.stored;
    const bytes = pieceOf(body, index);
    return piece(bytes, bytes === null ? placesOf(stored!, record) : [], this.lookups.holderOf(record!));
  }

  private comingIn({ blob, index }: Reader, record: LogRecord | undefined): Outcome | null {
    const bytes = blob?.pieces[index];
    if (!blob || bytes === undefined) return null;
    // What is on the disk stays there only as long as more comes in.
    if (bytes === null && !this.streams.isComing(blob)) return null;
    return piece(bytes, bytes === null ? placesOf(blob.stored, record) : [], blob.source);
  }

  private ask(reader: Reader, record: LogRecord | undefined): void {
    const { place, isActive } = this.state;
    const isComing = reader.blob !== null && this.streams.isComing(reader.blob);
    // What is gone here may still come in to the end.
    if (isComing && (reader.isAlone || record === undefined)) return;
    if (record === undefined) return this.respond(reader, GONE);
    if (!place || !isActive) return;
    if (place.isAlone) return this.lost(reader);
    if (!reader.isAlone && this.mayStay(record)) return this.askForAll(reader, record);
    this.askForPieces(reader);
  }

  /** Whether all of it is to be here, is under way, or has room beside the others. */
  private mayStay(record: LogRecord): boolean {
    const { catalogue } = this.state;
    const { key, size } = record;
    const version = versionOf(record);
    if (catalogue.lacking.get(key) === version || catalogue.lost.get(key) === version) return true;
    if (!catalogue.mayHave(key, version)) return false;
    return this.lookups.isAsked(record) || this.streams.fitsAsSpare(size);
  }

  private askForAll(reader: Reader, record: LogRecord): void {
    this.lookups.ask(record);
    const blob = this.streams.coming(reader.key, reader.version);
    if (blob === null || blob === reader.blob) return;
    reader.blob = blob;
    this.serve(reader);
  }

  private askForPieces(reader: Reader): void {
    const { self, place, now, options } = this.state;
    if (!reader.isAlone && !this.hasPlace && !this.makePlace()) return;
    if (now - reader.askedAt <= options.suspectAfterMs) return;
    this.alone.add(reader);
    Object.assign(reader, { isAlone: true, askedAt: now });
    const { fetch, key, version, index, to } = reader;
    const span = { fetch, from: index, to };
    this.downstream.send({
      kind: 'lookup',
      view: place!.view.id,
      asker: self.id,
      key,
      revision: version,
      span,
    });
  }

  private get hasPlace(): boolean {
    const { windowPieces, memoryLimitBytes } = this.state.options;
    const most = (READERS_SHARE * memoryLimitBytes) / (PIECE_BYTES * readerWindow(windowPieces));
    return this.alone.size < Math.max(LEAST_READERS, Math.min(MOST_READERS, most));
  }

  /** Of the readers that have had the same piece for too long, the one that has had it longest makes room. */
  private makePlace(): boolean {
    const { now, options } = this.state;
    let idle: Reader | null = null;
    for (const reader of this.alone)
      if (reader.ticket === null && reader.hasSince < (idle?.hasSince ?? now)) idle = reader;
    if (idle === null || now - idle.hasSince < IDLE_SHARE * options.requestTimeoutMs) return false;
    this.leavePlace(idle);
    return true;
  }

  private leavePlace(reader: Reader): void {
    const { blob } = reader;
    this.alone.delete(reader);
    Object.assign(reader, { isAlone: false, blob: null, askedAt: -Infinity });
    if (blob !== null) this.streams.leave(blob);
  }

  /** Nobody has it. Who is in the middle waits for a holder to come back, for as long as for anything. */
  private lost(reader: Reader): void {
    if (reader.ticket !== null && !reader.hasBegun) this.fail(reader, 'no-holder');
  }

  private fail(reader: Reader, reason: Extract<Outcome, { kind: 'unavailable' }>['reason']): void {
    this.respond(reader, { kind: 'unavailable', reason });
  }

  private respond(reader: Reader, outcome: Outcome): void {
    if (outcome.kind === 'piece') Object.assign(reader, { hasBegun: true, hasSince: this.state.now });
    this.state.effects.answer(reader.ticket!, outcome);
    reader.ticket = null;
  }
}

function pieceOf(body: Body, index: number): Uint8Array | null {
  return body instanceof Uint8Array ? body : (body.pieces[index] ?? null);
}

/** Where it came to, and then with its record. */
function placesOf(stored: BodyPlace, record: LogRecord | undefined): BodyPlace[] {
  if (stored.kind !== 'part' || record === undefined) return [stored];
  return [stored, { kind: 'records', revision: record.revision }];
}

function piece(bytes: Uint8Array | null, places: readonly BodyPlace[], via: ServerId | null): Outcome {
  return { kind: 'piece', bytes, places, via };
}
