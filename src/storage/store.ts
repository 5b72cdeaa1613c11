import { join } from 'node:path';

import type { Change, OnDisk, Pieces, Saved } from '../replication/index.js';
import { inlineBody, sizeOf, weightOf } from '../replication/index.js';
import { BatchBuilder } from './batch.js';
import { Blobs } from './blobs.js';
import { syncFile } from './blob-file.js';
import { BLOB_DIRECTORY, claim, STORE_DIRECTORY } from './claim.js';
import { Commits } from './commits.js';
import { encodeChanges } from './encode.js';
import { LargeBodies, type Plan } from './large-bodies.js';
import { LmdbWriter } from './lmdb-writer.js';
import type { Pause } from './patience.js';
import { limitMemory } from './read-all.js';
import { findContents, restore, type Found } from './restore.js';
import { Room } from './room.js';
import { messageOf, StorageError } from './storage-error.js';
import { keyOfRevision } from './tables.js';
import { TimedSync } from './timed-sync.js';
import { Unsaved } from './unsaved.js';
import { decodeRecordValue } from './values.js';
import type { Writer } from './writer.js';

/** When what is saved has to have reached the disk: before it counts as saved, so many milliseconds later, or whenever. */
export type Fsync = 'always' | 'never' | number;

export interface StoreOptions {
  /** The name of the ring, RING. */
  readonly ring: string;
  readonly fsync: Fsync;
  /** What is read of small bodies at the start takes no more than this, unless `load` is given less; all of them by default. */
  readonly memoryBytes?: number;
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
  private readonly unsaved = new Unsaved();
  private readonly commits: Commits;
  private readonly timed: TimedSync | null;
  private readonly space: Room;
  private found: Found | null;
  private closing: Promise<void> | null = null;

  private constructor(
    directory: string,
    private readonly options: StoreOptions,
    seams: Seams,
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
      const found = await findContents(directory, options.memoryBytes ?? Infinity);
      const blobs = await Blobs.open(join(directory, BLOB_DIRECTORY), options.fsync !== 'never', all.pause);
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
   * What was there when the store was opened. To be called once, before anything is saved: it is not kept after that. Large bodies
   * are on the disk only, and so are small ones beyond `memoryBytes`, the oldest. What is damaged is named once, and
   * dropped; only a large body stays named until its record is saved anew.
   */
  async load({ memoryBytes = Infinity }: { readonly memoryBytes?: number } = {}): Promise<Saved> {
    const { found } = this;
    if (found === null) throw new Error('What was saved has been loaded before.');
    this.found = null;
    limitMemory(found.contents, memoryBytes);
    const saved = await restore(found, this.blobs, this.bodies);
    const batch = new BatchBuilder();
    for (const { tree, key } of found.contents.damaged) batch.drop(tree, key);
    if (batch.byteLength > 0) await this.commits.add(batch, true);
    return saved;
  }

  /**
   * Makes these changes together, after all that were handed over before; these promises resolve in the order of the calls.
   * Resolves when they are as safe as FSYNC says: with the operating system, so that they outlive this process, or on the disk;
   * `vital` ones are always on the disk. What has no record yet is of no use after a loss of power, and pieces are only brought to
   * the disk with it. Rejects when the store has failed, which `onFailure` is told, or is closed; what was made of them then is unknown.
   */
  async save(changes: readonly Change[], vital: boolean): Promise<void> {
    if (this.closing !== null) throw new Error('The store is closed.');
    const plan = this.plan(changes);
    this.unsaved.add(changes);
    try {
      this.space.take(changes.reduce((sum, change) => sum + bytesOf(change), 0));
      await this.commits.add(this.batchOf(changes, plan, vital), vital);
    } finally {
      this.unsaved.delete(changes);
    }
    this.timed?.note();
    for (const name of plan.left) void this.blobs.remove(name, () => this.bodies.has(name));
  }

  /** Bytes that may still be written before the disk counts as full, as of half a second ago at most. */
  room(): number {
    return this.space.left();
  }

  /**
   * A piece of a body: `PIECE_BYTES` of a large one, but for its last; a small one is one piece. A part is found by its name as long as
   * it is there or one of the last records that took one over is. What is on its way to the disk is waited for. null when it is not
   * there (any more) or not as it was written.
   */
  async readPiece(stored: OnDisk, index: number): Promise<Uint8Array | null> {
    const piece = await this.lookUp(stored, index);
    if (piece !== null) return piece;
    await this.commits.settled();
    return this.lookUp(stored, index);
  }

  /** Waits for what was handed over, brings it to the disk, and gives the directory back. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    await this.commits.idle();
    await this.timed?.stop();
    await this.blobs.close();
    await this.writer.close().catch((error: unknown) => this.commits.fail(error));
    await this.release();
  }

  private plan(changes: readonly Change[]): Plan {
    try {
      return this.bodies.apply(changes);
    } catch (error) {
      this.commits.fail(error);
      throw error;
    }
  }

  private batchOf(
    changes: readonly Change[],
    plan: Plan,
    vital: boolean,
  ): BatchBuilder | Promise<BatchBuilder> {
    if (plan.jobs.length === 0 && plan.copies.length === 0) return encodeChanges(changes, plan);
    return this.prepared(changes, plan, vital);
  }

  /** A record may only be there when its body is. */
  private async prepared(changes: readonly Change[], plan: Plan, vital: boolean): Promise<BatchBuilder> {
    const mustSync = vital || this.options.fsync !== 'never';
    const before = this.commits.settled();
    await Promise.all(plan.jobs.map((job) => this.blobs.start(job, mustSync)));
    if (plan.copies.length === 0) return encodeChanges(changes, plan);
    await before;
    const copy = async (change: Plan['copies'][number]) => [change, await this.copyOf(change)] as const;
    return encodeChanges(changes, plan, new Map(await Promise.all(plan.copies.map(copy))));
  }

  /** null when it is damaged: the record is one without its body then, as it would be at the next start. */
  private async copyOf({ record }: Plan['copies'][number]): Promise<Uint8Array | null> {
    const { stored } = record.body as Pieces;
    if (stored === null || stored.kind === 'part') throw new Error(`there is no body for ${record.key}`);
    const key = keyOfRevision(stored.revision);
    const value = await this.writer.read(stored.kind, key);
    if (value === null) throw new Error(`there is no body for ${record.key} (revision ${record.revision})`);
    const found = decodeRecordValue(stored.kind, key, value);
    return found?.record.digest === record.digest ? inlineBody(found.record.body) : null;
  }

  private async lookUp(stored: OnDisk, index: number): Promise<Uint8Array | null> {
    const file = this.bodies.find(stored);
    if (file !== null) return this.blobs.readPiece(file, index);
    if (stored.kind === 'part' || index !== 0) return null;
    const { kind: table, revision } = stored;
    const unsaved = this.unsaved.body(table, revision);
    if (unsaved !== undefined) return inlineBody(unsaved);
    const key = keyOfRevision(revision);
    const value = await this.writer.read(table, key).catch(() => null);
    return value && inlineBody(decodeRecordValue(table, key, value)?.record.body ?? null);
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

/** What is on the disk already takes no more room. */
function bytesOf(change: Change): number {
  if (change.kind === 'piece') return change.bytes.length;
  if (change.kind !== 'put') return 0;
  const { body } = change.record;
  const isHere = body === null || body instanceof Uint8Array || body.pieces.every((piece) => piece !== null);
  return weightOf(change.record) + (isHere && body !== null ? sizeOf(body) : 0);
}
