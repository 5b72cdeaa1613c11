import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  NO_META,
  PIECE_BYTES,
  type Change,
  type LogRecord,
  type OnDisk,
  type Pieces,
} from '../../replication/index.js';
import { Store, type Seams, type StoreOptions } from '../store.js';

export function sampleRecord(revision: number, changes: Partial<LogRecord> = {}): LogRecord {
  const body = changes.body ?? null;
  return {
    revision,
    origin: 7,
    request: revision,
    kind: 'put',
    key: `key-${revision}`,
    modified: 1_700_000_000_000,
    type: 'text/plain',
    meta: NO_META,
    size: body instanceof Uint8Array ? body.length : (body?.size ?? 0),
    digest: '0123456789abcdef',
    body: null,
    replaced: false,
    refusal: null,
    floor: 0,
    expires: 0,
    token: '',
    of: 0,
    blob: 0,
    replicas: 0,
    holders: [],
    ...changes,
  };
}

export function smallRecord(revision: number, bytes = 1000): LogRecord {
  return sampleRecord(revision, { body: Buffer.alloc(bytes, revision) });
}

/** A large body of so many bytes, in the pieces that the ring cuts. */
export function sampleBody(size: number): Pieces {
  const whole = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 1024) whole.writeUInt32BE(at, at);
  const pieces = Array.from({ length: Math.ceil(size / PIECE_BYTES) }, (_, index) =>
    whole.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES),
  );
  return { size, pieces, stored: null };
}

export function largeRecord(revision: number, size = 2.5 * PIECE_BYTES): LogRecord {
  const body = sampleBody(size);
  const hash = createHash('sha256');
  for (const piece of body.pieces) hash.update(piece!);
  return sampleRecord(revision, { body, digest: hash.digest('hex').slice(0, 16) });
}

export function put(record: LogRecord, table: 'records' | 'done' | 'offers' = 'records'): Change {
  return { kind: 'put', table, record };
}

/** As it is once its body is on the disk only: there, or where the record itself is. */
export function stored(record: LogRecord, at?: OnDisk): LogRecord {
  const { size, body, revision } = record;
  const pieces = body instanceof Uint8Array ? [null] : body!.pieces.map(() => null);
  return { ...record, body: { size, pieces, stored: at ?? { kind: 'records', revision } } };
}

/** Directories that are gone after the specs of a file. */
export class Directories {
  private readonly made: string[] = [];

  make(): string {
    const directory = mkdtempSync(join(tmpdir(), 'ringlet-storage-'));
    this.made.push(directory);
    return directory;
  }

  remove(): void {
    for (const directory of this.made) rmSync(directory, { recursive: true, force: true });
  }
}

export function openStore(
  directory: string,
  options: Partial<StoreOptions> = {},
  seams: Partial<Seams> = {},
): Promise<Store> {
  return Store.open(directory, { ring: 'lab', fsync: 'never', onFailure: rethrow, ...options }, seams);
}

function rethrow(error: Error): never {
  throw error;
}
