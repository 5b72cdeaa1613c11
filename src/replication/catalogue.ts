import { invariant } from './assert.js';
import { Committed } from './committed.js';
import { Expiry } from './expiry.js';
import { FIRST_KEY, isConflict } from './conflicts.js';
import { compareKeys } from './key-order.js';
import { Queue } from './queue.js';
import { isVersion, sizeOf, weightOf, type Body, type LogRecord, type Pieces } from './record.js';
import { SortedKeys } from './sorted-keys.js';
import { Versions } from './versions.js';

/** Tombstones that are looked at, and so dropped, at once. */
const MOST_AT_ONCE = 1000;

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
  /** Objects whose body is not here: key to revision, that of the newest. */
  readonly lacking = new Map<string, number>();

  /** Hear of the tombstones that are dropped: who reads the records out has to tell of them all the same. */
  readonly onDropped = new Set<(tombstone: LogRecord) => void>();

  private readonly committed = new Committed();
  private readonly keys = new SortedKeys();
  private readonly expiry = new Expiry();
  private readonly dirty = new Versions();
  private readonly log = new Queue<LogRecord>();
  private readonly tombstones = new Queue<LogRecord>();

  /** @param onGone hears of each record that is needed no more, by its revision */
  constructor(private readonly onGone: (revision: number) => void = ignore) {}

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
  store(record: LogRecord): void {
    invariant(record.revision === this.last + 1, `record ${record.revision} after ${this.last}`);
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

  /** Gives a record of this revision its body; false when it is not wanted here. */
  attach(key: string, revision: number, body: Body): boolean {
    const record = this.committed.get(key);
    if (record?.revision !== revision || record.body !== null || record.size !== sizeOf(body)) return false;
    this.replace(record, { ...record, body });
    if (this.lacking.get(key) === revision) this.lacking.delete(key);
    return true;
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
    const lost = { ...record, body: null };
    this.replace(record, lost);
    this.lacking.set(record.key, Math.max(revision, this.lacking.get(record.key) ?? 0));
    return lost;
  }

  /** The body of this version is in memory again, unless it is not wanted there. */
  warm(key: string, revision: number, body: Uint8Array): void {
    const record = this.committed.get(key);
    if (record?.revision !== revision || record.body === null || record.body instanceof Uint8Array) return;
    this.replace(record, { ...record, body });
  }

  /** The record of exactly this version, when it is here. */
  version(key: string, revision: number): LogRecord | undefined {
    const record = this.committed.get(key);
    if (record?.revision === revision) return record;
    return this.dirty.find(key, revision);
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
  }

  private addDirty(record: LogRecord): void {
    this.dirty.push(record);
    this.bytes += bytesOf(record);
    if (isLacking(record)) this.lacking.set(record.key, record.revision);
  }

  private popDirty(key: string): void {
    const record = this.dirty.pop(key);
    this.bytes -= bytesOf(record);
    if (isLacking(record)) this.lackingAgain(key);
  }

  /** The newest version that lacks its body was dropped; an older one may lack its own. */
  private lackingAgain(key: string): void {
    const versions = [this.committed.get(key), ...this.dirty.of(key)];
    const older = versions.findLast((version) => version !== undefined && isLacking(version));
    if (older) this.lacking.set(key, older.revision);
    else this.lacking.delete(key);
  }

  private apply(record: LogRecord): void {
    switch (record.kind) {
      case 'put':
      case 'delete':
      case 'expire':
        this.bytes -= bytesOf(this.dirty.shift(record.key));
        this.put(record);
        return;
      case 'floor':
        this.onGone(record.revision);
        this.dropTombstones(record.floor);
        return;
      case 'refusal':
      case 'repeat':
        this.onGone(record.revision);
        return;
    }
  }

  private put(record: LogRecord): void {
    const { key } = record;
    const former = this.committed.get(key);
    const wasThere = former?.kind === 'put';
    if (former) this.forget(former);
    this.bytes += bytesOf(record);
    this.committed.append(record);
    this.newestCommitted = Math.max(this.newestCommitted, record.revision);
    this.index(record, wasThere);
    this.expiry.committed(record);
    const { revision } = record;
    if (isLacking(record)) this.lacking.set(key, Math.max(revision, this.lacking.get(key) ?? 0));
    else if (this.lacking.size > 0 && (this.lacking.get(key) ?? 0) <= revision) this.lacking.delete(key);
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
    this.onGone(former.revision);
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

function isLacking({ kind, body }: LogRecord): boolean {
  return kind === 'put' && body === null;
}

function ignore(): void {}
