import { Readable } from 'node:stream';

import {
  type Body,
  type CallOptions,
  type PutOptions,
  type RingletClient,
  RingletError,
} from '../client/index.js';
import type { BackupRecord } from './backup-lines.js';
import type { Place } from './backup-reader.js';
import { explain } from './explain.js';
import { EXIT, Failure } from './failure.js';
import type { BackupFile, Plan } from './restore-plan.js';

/** Objects that are on their way at once. */
export const PARALLEL = 16;
/** Larger bodies are read from the file while they are sent. */
const SMALL_BYTES = 64 * 1024;
const MS = 1000;
/** The longest time to live that a server takes: ten years. */
const MAX_TTL_SECONDS = 10 * 365 * 24 * 3600;

export interface Restored {
  objects: number;
  bytes: number;
  /** Objects whose time to live was over. */
  expired: number;
}

/** Puts the objects of a backup into a ring, several at once. The first that fails ends it; those on their way still arrive. */
export class RestoreObjects {
  readonly restored: Restored = { objects: 0, bytes: 0, expired: 0 };
  private failure: unknown = null;

  constructor(
    private readonly file: BackupFile,
    private readonly client: RingletClient,
    private readonly bounds: CallOptions,
    private readonly onProgress: (restored: Restored) => void,
  ) {}

  /** @throws Failure */
  async all({ places }: Plan): Promise<void> {
    const waiting = places.values();
    await Promise.all(Array.from({ length: PARALLEL }, () => this.work(waiting)));
    if (this.failure !== null) throw this.failure;
  }

  private async work(waiting: Iterator<Place>): Promise<void> {
    for (let next = waiting.next(); !next.done && this.failure === null; next = waiting.next()) {
      try {
        await this.restore(next.value);
        this.onProgress(this.restored);
      } catch (error) {
        this.failure ??= error;
      }
    }
  }

  private async restore(place: Place): Promise<void> {
    const record = await this.file.record(place);
    const options = optionsOf(record, Date.now());
    if (options === null) return void this.restored.expired++;
    try {
      await this.client.put(record.key, await this.bodyAt(place), { ...options, ...this.bounds });
    } catch (error) {
      throw error instanceof RingletError ? notRestored(record, error) : error;
    }
    this.restored.objects++;
    this.restored.bytes += record.size;
  }

  private async bodyAt(place: Place): Promise<Body> {
    if (place.size <= SMALL_BYTES) return this.file.body(place);
    return () => Readable.from(this.file.pieces(place), { objectMode: false });
  }
}

/** Null when there is no time to live left. */
export function optionsOf({ size, type, meta, expires }: BackupRecord, now: number): PutOptions | null {
  const options = { size, meta, ...(type === '' ? {} : { type }) };
  if (expires === 0) return options;
  if (expires <= now) return null;
  return { ...options, ttl: Math.min((expires - now) / MS, MAX_TTL_SECONDS) };
}

function notRestored({ key }: BackupRecord, error: RingletError): Failure {
  const failure = explain(error);
  if (failure.exitCode === EXIT.unreachable) return failure;
  return new Failure(`${JSON.stringify(key)} was not restored: ${failure.message}`);
}
