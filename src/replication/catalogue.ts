import { invariant } from './assert.js';
import { Committed } from './committed.js';
import { Expiry } from './expiry.js';
import { FIRST_KEY, isConflict } from './conflicts.js';
import { compareKeys } from './key-order.js';
import { placedAs } from './numbering.js';
import { Queue } from './queue.js';
import {
  ALL_REPLICAS,
  IN_DIRECTORY,
  isVersion,
  sizeOf,
  storedAt,
  versionOf,
  weightOf,
  type Body,
  type LogRecord,
  type Pieces,
} from './record.js';
import { SortedKeys } from './sorted-keys.js';
import { Versions } from './versions.js';

/** Tombstones that are looked at, and so dropped, at once. */
const MOST_AT_ONCE = 1000;

/** What the catalogue asks of its server, and tells it. */
export interface Keeper {
  /** This record is needed no more. */
  gone(revision: number): void;
  /** Whether this server keeps any bodies once they are committed. */
  readonly stores: boolean;
  /** Whether this server keeps the body of such a record once it is committed. */
  keeps(record: LogRecord): boolean;
  /** Where the body of a file is that this server shares; null when it does not. */
  file(record: LogRecord): Pieces | null;
  /** This version is in another place of the order from now on; its body, if it is here, is where it was before. */
  moved(record: LogRecord): void;
}

const KEEPS_ALL: Keeper = { gone: ignore, stores: true, keeps: () => true, file: () => null, moved: ignore };

/**
 * The objects and the order that made them. `committed` is the HashMap: the newest committed record of each
 * key, tombstones among them, in revision order, because a key that is written again moves to the end. Above
 * the watermark lies the log: numbered records that not everyone is known to have.
 */
export class Catalogue {
  /** Highest revision stored here. */
  last = 0;
  /** Highest committed revision. Never above `last`, never goes back. */
  watermark = 0;
  /** Tombstones up to here are gone. */
  floor = 0;
  /** Committed objects, tombstones and conflicts not counted. */
  objects = 0;
  /** Of them, what lost when rings came together again. */
  conflicts = 0;
  /** What the objects here take of memory, committed or not: their bodies, keys, and what goes with them. */
  bytes = 0;
  /** Highest revision that `committed` has ever held. */
  newestCommitted = 0;
  /** Objects whose body is to be here and is not: key to version, that of the newest. */
  readonly lacking = new Map<string, number>();
  /** Of objects that not everyone keeps: those that are to be here, and that nobody had when this server asked. They are no hindrance. */
  readonly lost = new Map<string, number>();
  /** Committed objects whose body is here and need not be: key to bytes, those that were read last at the end. */
  readonly spares = new Map<string, number>();
  /** What those bodies take. */
  spareBytes = 0;
  /** Committed objects that are not for every server to keep. */
  limited = 0;
  /** Bytes that each server keeps of the objects that name their holders, by its name. */
  readonly loads = new Map<string, number>();
  /** How many of them each is to keep. */
  readonly copies = new Map<string, number>();

  /** Hear of the tombstones that are dropped: who reads the records out has to tell of them all the same. */
  readonly onDropped = new Set<(tombstone: LogRecord) => void>();

  private readonly committed = new Committed();
  private readonly keys = new SortedKeys();
  private readonly expiry = new Expiry();
  private readonly dirty = new Versions();
  private readonly log = new Queue<LogRecord>();
  private readonly tombstones = new Queue<LogRecord>();

  constructor(private readonly keeper: Keeper = KEEPS_ALL) {}

  /** The newest committed record of the key; may be a tombstone. */
  get(key: string): LogRecord | undefined {
    return this.committed.get(key);
  }

  isDirty(key: string): boolean {
    return this.dirty.has(key);
  }

  /** The newest stored record of the key, committed or not. */
  newest(key: string): LogRecord | undefined {
    return this.dirty.newest(key) ?? this.committed.get(key);
  }

  /** Takes the next record of the order in. */
  store(received: LogRecord): void {
    invariant(received.revision === this.last + 1, `record ${received.revision} after ${this.last}`);
    const record = this.withFile(received);
    this.last = record.revision;
    this.log.push(record);
    if (isVersion(record)) this.addDirty(record);
  }

  /** Commits everything up to `revision` and hands each record to `each`, in order. */
  commit(revision: number, each: (record: LogRecord) => void): void {
    while (this.watermark < revision && this.log.length > 0) {
      const record = this.log.shift()!;
      this.watermark = record.revision;
      this.apply(record);
      each(record);
    }
  }

  /** Drops what was numbered above `revision` and never committed; the dropped records, newest first. */
  truncate(revision: number): LogRecord[] {
    invariant(revision >= this.watermark, `cannot drop committed records above ${revision}`);
    const dropped: LogRecord[] = [];
    while (this.last > revision) {
      const record = this.log.pop()!;
      this.last = record.revision - 1;
      if (isVersion(record)) this.popDirty(record.key);
      dropped.push(record);
    }
    return dropped;
  }

  /** Numbered records above `revision`, which must not lie below the watermark. */
  logAfter(revision: number): LogRecord[] {
    invariant(revision >= this.watermark, `the log no longer reaches back to ${revision}`);
    return this.log.toArray().slice(revision - this.watermark);
  }

  /** Gives a committed version its body; false when it is not wanted here. */
  attach(key: string, version: number, body: Body): boolean {
    const record = this.committed.get(key);
    if (record?.kind !== 'put' || versionOf(record) !== version || record.body !== null) return false;
    if (record.size !== sizeOf(body)) return false;
    this.replace(record, { ...record, body });
    if (this.lacking.get(key) === version) this.lacking.delete(key);
    this.lost.delete(key);
    return true;
  }

  /** Nobody has the body of this version, which is to be here. */
  giveUp(key: string, version: number): void {
    const record = this.committed.get(key);
    if (record === undefined || record.replicas === ALL_REPLICAS || versionOf(record) !== version) return;
    if (this.lacking.get(key) !== version) return;
    this.lacking.delete(key);
    this.lost.set(key, version);
  }

  /** The body of this object is not here any more; the record without it. */
  shed(key: string): LogRecord {
    const record = this.committed.get(key)!;
    const slim = { ...record, body: null };
    this.replace(record, slim);
    return slim;
  }

  /** A body that need not be here was of use. */
  touchSpare(key: string): void {
    const bytes = this.spares.get(key);
    if (bytes === undefined) return;
    this.spares.delete(key);
    this.spares.set(key, bytes);
  }

  /** From now on its body is on this server's disk only. */
  evict(record: LogRecord): void {
    const stored = { kind: 'records', revision: record.revision } as const;
    const body: Pieces = { size: record.size, pieces: [null], stored };
    this.replace(record, { ...record, body });
  }

  /** The body of this revision cannot be read from this server's disk: the object, as one without it; null when it is not needed there. */
  lose(revision: number): LogRecord | null {
    const record = this.committed.at(revision);
    if (!record?.body || record.body instanceof Uint8Array || !record.body.pieces.includes(null)) return null;
    if (record.replicas === IN_DIRECTORY) return null;
    const lost = { ...record, body: null };
    this.replace(record, lost);
    if (!this.isLacking(lost)) return null;
    this.lacking.set(record.key, Math.max(versionOf(record), this.lacking.get(record.key) ?? 0));
    return lost;
  }

  /** The body of this version is in memory again, unless it is not wanted there. */
  warm(key: string, revision: number, body: Uint8Array): void {
    const record = this.committed.get(key);
    if (record?.revision !== revision || record.body === null || record.body instanceof Uint8Array) return;
    this.replace(record, { ...record, body });
  }

  /** The record of exactly this version, when it is here. */
  version(key: string, version: number): LogRecord | undefined {
    const record = this.committed.get(key);
    if (record !== undefined && versionOf(record) === version) return record;
    return this.dirty.find(key, version);
  }

  /** Whether the body of this version is not here, and may be, though it need not. */
  mayHave(key: string, version: number): boolean {
    const record = this.committed.get(key);
    if (record?.kind !== 'put' || record.body !== null) return false;
    return versionOf(record) === version && !this.keeper.keeps(record);
  }

  /** Committed records above `after`, in revision order; goes on with what is committed while it is read. */
  records(after = 0): IterableIterator<LogRecord> {
    return this.committed.values(after);
  }

  /** The versions of all keys, committed or not, that are newer than `revision`. */
  *newestAfter(revision: number): Generator<LogRecord> {
    for (const record of this.committed.values(revision)) if (!this.isDirty(record.key)) yield record;
    for (const record of this.log.toArray())
      if (isVersion(record) && this.newest(record.key) === record) yield record;
  }

  /** Committed objects in key order. The keys of conflicts come first, and are listed only by a prefix of theirs. */
  list(prefix: string, after: string | null, limit: number): LogRecord[] {
    const found: LogRecord[] = [];
    const first = prefix === '' ? FIRST_KEY : prefix;
    const start = after !== null && compareKeys(after, first) > 0 ? after : first;
    for (const key of this.keys.from(start)) {
      if (found.length === limit || !key.startsWith(prefix)) break;
      if (key !== after) found.push(this.committed.get(key)!);
    }
    return found;
  }

  /** The revision up to which the first tombstones are older than `before` (wall clock, ms); 0 when there is none. */
  expiredTombstones(before: number): number {
    let expired = 0;
    const end = Math.min(this.tombstones.length, MOST_AT_ONCE);
    for (let index = 0; index < end; index++) {
      const tombstone = this.tombstones.at(index)!;
      if (tombstone.modified > before) break;
      expired = tombstone.revision;
    }
    return expired;
  }

  /** The next object whose time to live is over and that nobody has written since; each is given once. */
  takeExpired(wall: number): LogRecord | null {
    for (let due = this.expiry.take(wall); due; due = this.expiry.take(wall)) {
      const newest = this.newest(due.key);
      if (newest?.revision === due.revision) return newest;
    }
    return null;
  }

  /** What `takeExpired` has given may not have been numbered, or not for good: it is given again. */
  resumeExpiry(): void {
    this.expiry.resume();
  }

  /** Takes a part of another member's committed state in, in revision order. */
  load(records: readonly LogRecord[]): void {
    for (const record of records) {
      const known = this.committed.get(record.key);
      if (!known || known.revision < record.revision) this.put(record);
    }
  }

  /** Ends the loading of another member's committed state; its log is then stored. */
  complete(watermark: number, floor: number): void {
    this.watermark = watermark;
    this.last = watermark;
    const tombstones = this.tombstones.toArray().toSorted((a, b) => a.revision - b.revision);
    this.tombstones.clear();
    for (const tombstone of tombstones) this.tombstones.push(tombstone);
    this.dropTombstones(floor);
  }

  private replace(former: LogRecord, record: LogRecord): void {
    this.committed.replace(record);
    this.bytes += bytesOf(record) - bytesOf(former);
    if (this.mayBeSpare(record)) this.noteSpare(record);
  }

  private addDirty(record: LogRecord): void {
    this.dirty.push(record);
    this.bytes += bytesOf(record);
    if (record.holders.length > 0) this.weigh(record, 1);
    if (isBare(record)) this.lacking.set(record.key, record.revision);
  }

  private popDirty(key: string): void {
    const record = this.dirty.pop(key);
    this.bytes -= bytesOf(record);
    if (record.holders.length > 0) this.weigh(record, -1);
    if (isBare(record)) this.lackingAgain(key);
  }

  /** The newest version that lacks its body was dropped; an older one may lack its own. */
  private lackingAgain(key: string): void {
    const committed = this.committed.get(key);
    const versions = committed && this.isLacking(committed) ? [committed] : [];
    const older = [...versions, ...this.dirty.of(key)].findLast(isBare);
    if (older) this.lacking.set(key, versionOf(older));
    else this.lacking.delete(key);
  }

  private apply(record: LogRecord): void {
    switch (record.kind) {
      case 'put':
      case 'delete':
      case 'expire':
        this.shiftDirty(record.key);
        this.put(record);
        return;
      case 'place':
        this.place(record);
        return;
      case 'floor':
        this.keeper.gone(record.revision);
        this.dropTombstones(record.floor);
        return;
      case 'refusal':
      case 'repeat':
        this.keeper.gone(record.revision);
        return;
    }
  }

  private shiftDirty(key: string): void {
    const record = this.dirty.shift(key);
    this.bytes -= bytesOf(record);
    if (record.holders.length > 0) this.weigh(record, -1);
  }

  /** Only if the version that it is about is still that of its key. */
  private place(record: LogRecord): void {
    const version = this.committed.get(record.key);
    if (version?.kind !== 'put' || versionOf(version) !== record.of) return this.keeper.gone(record.revision);
    const body = version.replicas === IN_DIRECTORY ? null : version.body;
    const former = storedAt(body, { kind: 'records', revision: version.revision });
    const moved = placedAs({ ...version, body: former }, record);
    this.keeper.moved(moved);
    this.put({ ...moved, body: storedAt(former, { kind: 'records', revision: record.revision }) });
  }

  private put(given: LogRecord): void {
    const record = this.withFile(given);
    const { key } = record;
    const former = this.committed.get(key);
    const wasThere = former?.kind === 'put';
    if (former) this.forget(former);
    this.bytes += bytesOf(record);
    if (record.holders.length > 0) this.weigh(record, 1);
    this.committed.append(record);
    this.newestCommitted = Math.max(this.newestCommitted, record.revision);
    this.index(record, wasThere);
    this.expiry.committed(record);
    if (record.replicas !== ALL_REPLICAS) this.limited++;
    if (this.mayBeSpare(record)) this.noteSpare(record);
    const version = versionOf(record);
    if (this.isLacking(record)) this.lacking.set(key, Math.max(version, this.lacking.get(key) ?? 0));
    else if (this.lacking.size > 0 && (this.lacking.get(key) ?? 0) <= version) this.lacking.delete(key);
  }

  private index(record: LogRecord, wasThere: boolean): void {
    if (record.kind !== 'put') this.tombstones.push(record);
    if (wasThere === (record.kind === 'put')) return;
    const change = wasThere ? -1 : 1;
    if (isConflict(record.key)) this.conflicts += change;
    else this.objects += change;
    if (wasThere) this.keys.delete(record.key);
    else this.keys.add(record.key);
  }

  private forget(former: LogRecord): void {
    this.bytes -= bytesOf(former);
    if (former.holders.length > 0) this.weigh(former, -1);
    if (former.replicas !== ALL_REPLICAS) {
      this.limited--;
      this.lost.delete(former.key);
    }
    if (this.mayBeSpare(former)) this.forgetSpare(former.key);
    this.keeper.gone(former.revision);
  }

  private withFile(record: LogRecord): LogRecord {
    if (record.replicas !== IN_DIRECTORY || record.body !== null) return record;
    const body = this.keeper.file(record);
    return body === null ? record : { ...record, body };
  }

  /** Counts a version that names its holders, or ceases to. A file takes nothing of what its server has for objects. */
  private weigh({ holders, size, replicas }: LogRecord, sign: 1 | -1): void {
    if (replicas === IN_DIRECTORY) return;
    for (const name of holders) {
      this.loads.set(name, (this.loads.get(name) ?? 0) + sign * size);
      this.copies.set(name, (this.copies.get(name) ?? 0) + sign);
    }
  }

  /** Most servers keep whatever is not limited, and need not look. */
  private mayBeSpare({ replicas }: LogRecord): boolean {
    return replicas !== ALL_REPLICAS || !this.keeper.stores;
  }

  private noteSpare(record: LogRecord): void {
    this.forgetSpare(record.key);
    if (record.body === null || this.keeper.keeps(record)) return;
    this.spares.set(record.key, record.size);
    this.spareBytes += record.size;
  }

  private forgetSpare(key: string): void {
    this.spareBytes -= this.spares.get(key) ?? 0;
    this.spares.delete(key);
  }

  /** Of a committed record. What is not committed yet, everyone has to have. */
  private isLacking(record: LogRecord): boolean {
    return isBare(record) && this.keeper.keeps(record);
  }

  private dropTombstones(floor: number): void {
    this.floor = Math.max(this.floor, floor);
    while (this.tombstones.length > 0 && this.tombstones.at(0)!.revision <= floor) {
      const tombstone = this.tombstones.shift()!;
      if (this.committed.get(tombstone.key)?.revision !== tombstone.revision) continue;
      this.committed.delete(tombstone.key);
      this.forget(tombstone);
      if (this.onDropped.size > 0) for (const hear of this.onDropped) hear(tombstone);
    }
  }
}

/** Tombstones do not count: they go by themselves, and a ring from which all was deleted takes as much as a new one. */
function bytesOf({ kind, key, body }: LogRecord): number {
  return kind === 'put' ? weightOf({ key, body: null }) + memoryOf(body) : 0;
}

function memoryOf(body: Body | null): number {
  if (body === null) return 0;
  return body instanceof Uint8Array ? body.length : body.stored !== null ? 0 : body.size;
}

/** A file in a directory is missed by nobody. */
function isBare({ kind, body, replicas }: LogRecord): boolean {
  return kind === 'put' && body === null && replicas !== IN_DIRECTORY;
}

function ignore(): void {}
