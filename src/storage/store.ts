import { join } from 'node:path';

import type { Body, Change, LogRecord, Pieces, Saved } from '../replication/index.js';
import { weightOf, sizeOf } from '../replication/index.js';
import { BatchBuilder } from './batch.js';
import { Blobs } from './blobs.js';
import { syncFile } from './blob-file.js';
import { BLOB_DIRECTORY, claim, STORE_DIRECTORY } from './claim.js';
import { Commits } from './commits.js';
import { encodeChanges, encodeWithBodies, hasLargeBody } from './encode.js';
import { blobName, LargeBodies } from './large-bodies.js';
import { LmdbWriter } from './lmdb-writer.js';
import { whileFull, type Pause } from './patience.js';
import { findContents, restore, type Found } from './restore.js';
import { Room } from './room.js';
import { messageOf, StorageError } from './storage-error.js';
import { keyOfRevision } from './tables.js';
import { TimedSync } from './timed-sync.js';
import { decodeRecordValue, type StoredRecord } from './values.js';
import type { Writer } from './writer.js';

/** When what is saved has to have reached the disk: before it counts as saved, so many milliseconds later, or whenever. */
export type Fsync = 'always' | 'never' | number;

export interface StoreOptions {
  /** The name of the ring, RING. */
  readonly ring: string;
  readonly fsync: Fsync;
  /** Called once, with a sentence, when the disk cannot be relied on any more. */
  readonly onFailure: (error: Error) => void;
}

/** What specs put in the place of the disk and of time. */
export interface Seams {
  readonly startWriter: (path: string, isSynced: boolean) => Promise<Writer>;
  readonly pause?: Pause;
  readonly now: () => number;
}

const SEAMS: Seams = {
  startWriter: (path, isSynced) => LmdbWriter.start(path, isSynced),
  now: () => performance.now(),
};

/** What one server keeps on its disk. */
export class Store {
  private readonly bodies = new LargeBodies();
  private readonly commits: Commits;
  private readonly timed: TimedSync | null;
  private readonly space: Room;
  private found: Found | null;
  private closing: Promise<void> | null = null;

  private constructor(
    directory: string,
    private readonly options: StoreOptions,
    private readonly seams: Seams,
    private readonly release: () => Promise<void>,
    private readonly blobs: Blobs,
    private readonly writer: Writer,
    found: Found,
  ) {
    const { fsync, onFailure } = options;
    const explain = (error: unknown) => failed(directory, error);
    this.found = found;
    this.commits = new Commits(writer, fsync === 'always', explain, onFailure, seams.pause);
    this.timed =
      typeof fsync === 'number' ? new TimedSync(writer, fsync, (error) => this.commits.fail(error)) : null;
    this.space = new Room(directory, writer, seams.now);
  }

  /**
   * Makes the directory this server's own, and reads what is there. Rejects with a StorageError, a sentence that says what
   * to do, when the directory is another's, of another ring or version, or cannot be used.
   */
  static async open(directory: string, options: StoreOptions, seams: Partial<Seams> = {}): Promise<Store> {
    const release = await claim(directory, options.ring);
    try {
      const all = { ...SEAMS, ...seams };
      const found = await findContents(directory);
      const blobs = await Blobs.open(join(directory, BLOB_DIRECTORY));
      const writer = await startWriter(directory, options, all);
      const store = new Store(directory, options, all, release, blobs, writer, found);
      await store.space.look();
      return store;
    } catch (error) {
      await release();
      throw new StorageError(`DATA_DIR ${directory} cannot be opened: ${messageOf(error)}.`, error);
    }
  }

  /**
   * What was there when the store was opened. To be called once, before anything is saved: it is not kept after that. What is
   * damaged is named once, and dropped; only a large body stays named until its record is saved anew.
   */
  async load(): Promise<Saved> {
    const { found } = this;
    if (found === null) throw new Error('What was saved has been loaded before.');
    this.found = null;
    const saved = await restore(found, this.blobs, this.bodies);
    const batch = new BatchBuilder();
    for (const { tree, key } of found.contents.damaged) batch.drop(tree, key);
    if (batch.byteLength > 0) await this.commits.add(batch, true);
    return saved;
  }

  /**
   * Makes these changes together, after all that were handed over before. Resolves when they are as safe as FSYNC says: with
   * the operating system, so that they outlive this process, or on the disk; `vital` ones are always on the disk. Rejects
   * when the store has failed, which `onFailure` is told, or is closed; what was made of them then is unknown.
   */
  async save(changes: readonly Change[], vital: boolean): Promise<void> {
    if (this.closing !== null) throw new Error('The store is closed.');
    const left = changes.flatMap((change) => this.bodies.apply(change));
    this.space.take(changes.reduce((sum, change) => sum + bytesOf(change), 0));
    const isLarge = changes.some(hasLargeBody);
    const batch = isLarge ? this.withBodies(changes, vital) : encodeChanges(changes);
    await this.commits.add(batch, vital);
    this.timed?.note();
    for (const name of left) void this.blobs.remove(name, () => this.bodies.has(name));
  }

  /** Bytes that may still be written before the disk counts as full, as of half a second ago at most. */
  room(): number {
    return this.space.left();
  }

  /**
   * A piece of the large body of a record in `records`: `PIECE_BYTES`, but for the last. null when it is not there (any more)
   * or not as it was written.
   */
  async readPiece(
    record: Pick<LogRecord, 'revision' | 'digest' | 'size'>,
    index: number,
  ): Promise<Uint8Array | null> {
    const stored = await this.readRecord(record.revision);
    if (stored === null || stored.pieces === null || stored.record.digest !== record.digest) return null;
    const name = blobName('records', stored.record);
    return this.blobs.readPiece(name, index, stored.record.size, stored.pieces[index]);
  }

  /** The small body of a record in `records`; null when it is gone or damaged, or when there is none. */
  async readBody(revision: number): Promise<Uint8Array | null> {
    const body: Body | null = (await this.readRecord(revision))?.record.body ?? null;
    return body instanceof Uint8Array ? body : null;
  }

  /** Waits for what was handed over, brings it to the disk, and gives the directory back. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    await this.commits.idle();
    await this.timed?.stop();
    await this.blobs.idle();
    await this.writer.close().catch((error: unknown) => this.commits.fail(error));
    await this.release();
  }

  private withBodies(changes: readonly Change[], vital: boolean): Promise<BatchBuilder> {
    const mustSync = vital || this.options.fsync !== 'never';
    const keep = (name: string, body: Pieces) =>
      whileFull(() => this.blobs.write(name, body, mustSync), this.seams.pause);
    return encodeWithBodies(changes, keep);
  }

  private async readRecord(revision: number): Promise<StoredRecord | null> {
    const key = keyOfRevision(revision);
    const value = await this.writer.read('records', key).catch(() => null);
    return value === null ? null : decodeRecordValue('records', key, value);
  }
}

/** The names of the database's files are to be as safe as what is in them. */
async function startWriter(directory: string, { fsync }: StoreOptions, seams: Seams): Promise<Writer> {
  const path = join(directory, STORE_DIRECTORY);
  const writer = await seams.startWriter(path, fsync === 'always');
  try {
    await syncFile(path);
    await syncFile(directory);
    return writer;
  } catch (error) {
    await writer.close();
    throw error;
  }
}

function failed(directory: string, error: unknown): StorageError {
  const sentence = `DATA_DIR ${directory} cannot be written: ${messageOf(error)}; look after the disk and start this server again.`;
  return new StorageError(sentence, error);
}

function bytesOf(change: Change): number {
  if (change.kind !== 'put') return 0;
  const { record } = change;
  return weightOf(record) + (record.body === null ? 0 : sizeOf(record.body));
}
