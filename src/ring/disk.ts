import { setTimeout as delay } from 'node:timers/promises';

import { Inject, Injectable, Logger } from '@nestjs/common';

import type { OnDisk, PlaceFact, Saved, Saves } from '../replication/index.js';
import { damagedIn, StorageError, Store } from '../storage/index.js';
import { RING_OPTIONS, type RingOptions } from './options.js';

/** What is on its way to the disk may take so long to arrive when a server ends; a disk that hangs does not hold it up for ever. */
const CLOSE_MS = 5_000;

/** What is used of the store. */
interface StoredBodies extends Pick<Store, 'save' | 'room' | 'close'> {
  /** Small bodies of up to so many bytes are brought along; of the rest, and of large ones, it says where they are. */
  load(options: { readonly memoryBytes: number }): Promise<Saved>;
  readPiece(stored: OnDisk, index: number): Promise<Uint8Array | null>;
}

/** This server's part of the disk, if it has one: DATA_DIR, open from before it has a place in the ring until after that. */
@Injectable()
export class Disk {
  private readonly logger = new Logger('Disk');
  private store: StoredBodies | null = null;

  constructor(
    @Inject(RING_OPTIONS)
    private readonly options: Pick<
      RingOptions,
      'dataDirectory' | 'fsync' | 'ring' | 'peers' | 'memoryLimitBytes'
    >,
  ) {}

  /**
   * Opens DATA_DIR and reads what is there; null when it is not set. Rejects with a StorageError, a sentence, when it cannot
   * be used, or when what was lost of it may be all that a ring has.
   *
   * @param onFailure called once when the disk cannot be relied on any more
   */
  async open(onFailure: (error: Error) => void): Promise<Saved | null> {
    const { dataDirectory, fsync, ring, memoryLimitBytes } = this.options;
    if (dataDirectory === null) return null;
    const store: StoredBodies = await Store.open(dataDirectory, {
      ring,
      fsync,
      memoryBytes: memoryLimitBytes,
      onFailure,
    });
    this.store = store;
    try {
      const saved = await store.load({ memoryBytes: memoryLimitBytes });
      for (const name of saved.damaged) this.logger.warn(`DATA_DIR: ${name} is damaged`);
      await this.refuseToForget(dataDirectory, saved);
      if (saved.damaged.length > 0) this.logger.warn(adviceOn(saved));
      return saved;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Calls `done` when the changes are safe; never, when the disk fails before. */
  save({ changes, isVital }: Saves, done: () => void): void {
    this.store!.save(changes, isVital).then(done, () => undefined);
  }

  /**
   * A piece of a body that is on the disk, or handed over to get there. null when it is not there: as a rule because its object was
   * written again; what cannot be read is told people.
   */
  async piece(stored: OnDisk, index: number): Promise<Uint8Array | null> {
    try {
      return (await this.store?.readPiece(stored, index)) ?? null;
    } catch (error) {
      this.logger.warn(`DATA_DIR: a body cannot be read: ${error instanceof Error ? error.message : error}`);
      return null;
    }
  }

  /** Bytes that are left; without a disk there is no bound. */
  room(): number {
    return this.store?.room() ?? Infinity;
  }

  get isThere(): boolean {
    return this.store !== null;
  }

  /** Brings to the disk what was handed over, and gives DATA_DIR back. */
  async close(): Promise<void> {
    const { store } = this;
    if (store === null) return;
    const isClosed = await Promise.race([
      store.close().then(() => true),
      delay(CLOSE_MS, false, { ref: false }),
    ]);
    if (!isClosed) this.logger.error(`The disk took more than ${CLOSE_MS} ms to take the last changes`);
  }

  /** Who has lost its place and knows nobody would found a ring, without the objects that there were. */
  private async refuseToForget(directory: string, { facts, records, damaged }: Saved): Promise<void> {
    if (this.options.peers.length > 0 || facts.some(({ name }) => name === 'place')) return;
    const aside = await damagedIn(directory);
    if (aside.length === 0 && damaged.length === 0 && records.length === 0) return;
    const otherwise =
      aside.length > 0 ? `remove ${aside.join(' and ')}` : 'set DATA_DIR to an empty directory';
    throw new StorageError(
      `DATA_DIR ${directory} is damaged, and does not tell any more which ring it is of; set PEER to a member of ` +
        `the ring to take everything from there, or ${otherwise} to start an empty ring.`,
    );
  }
}

function adviceOn({ facts }: Saved): string {
  const place = facts.find(({ name }) => name === 'place') as PlaceFact | undefined;
  if (place?.view?.members.length !== 1) return 'What is damaged is taken from the ring again';
  return 'There is nobody in the ring to take what is damaged from: POST /ring/adopt lets the ring go on with what can still be read';
}
