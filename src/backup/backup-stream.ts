import { createHash } from 'node:crypto';

import { type Bodies, isSmall, isStored, MOST_READS, slicesOf } from '../objects/index.js';
import { type Body, IN_DIRECTORY, type LogRecord } from '../replication/index.js';
import { Problem } from '../http/index.js';
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

/** Brings the small body of a record that is not on this server; null when there is a newer version of it by now. */
export type Fetch = (record: LogRecord) => Promise<Body | null>;

/** A body as it is told: small or in memory, or large and read as it is told. */
type Content = Body | AsyncGenerator<Uint8Array, void>;

/** The server is no member of the ring any more, or has lost a body: what was read cannot be completed. */
export class SourceLost extends Error {
  override readonly name = 'SourceLost';
}

/**
 * The bytes of a backup, chunk by chunk. Records are taken as late as can be: when the chunk that they are in is asked
 * for. So it holds a chunk, and of a large body the reference to what the server keeps anyway.
 *
 * @throws SourceLost
 * @throws BodyGone when a large object is written again while its body is told
 */
export class BackupStream {
  private readonly hash = createHash('sha256');
  private small: Uint8Array[] = [];
  private smallBytes = 0;
  private records = 0;
  /** Keys of files that could not be read as the ring knows them. */
  private readonly leftOut = new Set<string>();

  constructor(
    private readonly source: Source,
    private readonly head: BackupHead,
    private readonly bodies: Pick<Bodies, 'whole' | 'open'>,
    private readonly fetch: Fetch,
  ) {}

  async *chunks(): AsyncGenerator<Uint8Array, void> {
    this.add(Buffer.from(headLine(this.head)));
    for (let record = this.take(); record !== undefined; record = this.take()) {
      const content = isHere(record) ? record.body : await this.contentOrNothing(record);
      if (record.kind === 'put' && content === null) continue;
      this.leftOut.delete(record.key);
      if (content === null || content instanceof Uint8Array) this.addRecord(record, content);
      else yield* this.large(record, content);
      if (this.smallBytes >= CHUNK_BYTES) yield this.flush();
    }
    // The state at this revision is complete now, in this turn: what is committed from here on is not in it.
    const { revision } = this.source;
    if (this.smallBytes > 0) yield this.flush();
    yield Buffer.from(endLine(revision, this.records, this.leftOut.size, this.hash.digest('hex')));
  }

  private take(): LogRecord | undefined {
    if (this.source.isLost) throw new SourceLost('the server is no member of the ring any more');
    return this.source.take();
  }

  /** A file of a directory may be written at any time: that is no reason to have no backup of the others. */
  private async contentOrNothing(record: LogRecord): Promise<Content | null> {
    if (record.replicas !== IN_DIRECTORY) return this.contentOf(record);
    const content = await this.contentOf(record).catch(unreadable);
    if (content === null) this.leftOut.add(record.key);
    return content;
  }

  /** What is on the disk or elsewhere; null when there is a newer version by now, which is met later. */
  private async contentOf(record: LogRecord): Promise<Content | null> {
    let { body } = record;
    for (let reads = 0; reads < MOST_READS; reads++) {
      if (body === null && !isSmall(record)) return this.open({ ...record, body });
      body ??= await this.fetch(record);
      const found: LogRecord = { ...record, body };
      if (!isStored(found)) return body;
      const content = isSmall(found) ? await this.bodies.whole(found, false) : await this.open(found);
      if (content !== null) return content;
      body = null;
    }
    throw new SourceLost(`the body of ${JSON.stringify(record.key)} cannot be read from the disk`);
  }

  /** What is on the disk or elsewhere; null when it is there no more. */
  private async open(record: LogRecord): Promise<Content | null> {
    const body = await this.bodies.open(record, 0, record.size);
    return body?.slices ?? null;
  }

  private addRecord(record: LogRecord, body: Uint8Array | null): void {
    this.records++;
    this.add(Buffer.from(recordLine(record)));
    if (body !== null) this.add(body);
    this.add(NEWLINE);
  }

  private async *large(
    record: LogRecord,
    content: Exclude<Content, Uint8Array>,
  ): AsyncGenerator<Uint8Array, void> {
    this.records++;
    this.add(Buffer.from(recordLine(record)));
    const slices = 'pieces' in content ? slicesOf(content, 0, content.size) : content;
    try {
      yield this.flush();
      for await (const slice of slices) {
        this.hash.update(slice);
        yield slice;
      }
    } finally {
      await slices.return(undefined);
    }
    this.add(NEWLINE);
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

function isHere(record: LogRecord): boolean {
  return record.kind !== 'put' || (record.body !== null && !isStored(record));
}

function unreadable(error: unknown): null {
  if (error instanceof SourceLost || error instanceof Problem) return null;
  throw error;
}
