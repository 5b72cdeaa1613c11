import { createHash } from 'node:crypto';

import { slicesOf } from '../objects/index.js';
import type { Body, LogRecord } from '../replication/index.js';
import { type BackupHead, endLine, headLine, recordLine } from './format.js';

/** What is handed to the connection at a time, so that a slow reader costs no more, and is seen to read. */
const CHUNK_BYTES = 64 * 1024;
const NEWLINE = Buffer.from('\n');

/** What a backup is made of. */
export interface Source {
  readonly isLost: boolean;
  /** At the end: the revision whose state it is. */
  readonly revision: number;
  /** The next record; undefined at the end. */
  take(): LogRecord | undefined;
}

/** Brings the body of a record that is not on this server; null when there is a newer version of it by now. */
export type Fetch = (record: LogRecord) => Promise<Body | null>;

/** The server is no member of the ring any more: what was read cannot be completed. */
export class SourceLost extends Error {
  override readonly name = 'SourceLost';
}

/**
 * The bytes of a backup, chunk by chunk. Records are taken as late as can be: when the chunk that they are in is asked
 * for. So it holds a chunk, and of a large body the reference to what the server keeps anyway.
 *
 * @throws SourceLost
 */
export class BackupStream {
  private readonly hash = createHash('sha256');
  private small: Uint8Array[] = [];
  private smallBytes = 0;
  private records = 0;

  constructor(
    private readonly source: Source,
    private readonly head: BackupHead,
    private readonly fetch: Fetch,
  ) {}

  async *chunks(): AsyncGenerator<Uint8Array, void> {
    this.add(Buffer.from(headLine(this.head)));
    for (let record = this.take(); record !== undefined; record = this.take()) {
      const isHere = record.kind !== 'put' || record.body !== null;
      const body = isHere ? record.body : await this.fetch(record);
      if (record.kind === 'put' && body === null) continue;
      yield* this.record(record, body);
    }
    // The state at this revision is complete now, in this turn: what is committed from here on is not in it.
    const { revision } = this.source;
    if (this.smallBytes > 0) yield this.flush();
    yield Buffer.from(endLine(revision, this.records, this.hash.digest('hex')));
  }

  private take(): LogRecord | undefined {
    if (this.source.isLost) throw new SourceLost('the server is no member of the ring any more');
    return this.source.take();
  }

  private *record(record: LogRecord, body: Body | null): Generator<Uint8Array, void> {
    this.records++;
    this.add(Buffer.from(recordLine(record)));
    if (body instanceof Uint8Array) this.add(body);
    else if (body !== null) yield* this.large(body);
    this.add(NEWLINE);
    if (this.smallBytes >= CHUNK_BYTES) yield this.flush();
  }

  private *large(body: Exclude<Body, Uint8Array>): Generator<Uint8Array, void> {
    yield this.flush();
    for (const slice of slicesOf(body, 0, body.size)) {
      this.hash.update(slice);
      yield slice;
    }
  }

  private add(bytes: Uint8Array): void {
    this.small.push(bytes);
    this.smallBytes += bytes.length;
  }

  private flush(): Uint8Array {
    const chunk = Buffer.concat(this.small, this.smallBytes);
    this.small = [];
    this.smallBytes = 0;
    this.hash.update(chunk);
    return chunk;
  }
}
