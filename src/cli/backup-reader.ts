import { createHash, type Hash } from 'node:crypto';

import {
  BackupFault,
  type BackupRecord,
  damaged,
  type End,
  type Head,
  readHead,
  readLine,
} from './backup-lines.js';

/** Longer than any line of a backup: a key, a type and the metadata are bounded. */
const MAX_LINE_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

/** Where a record is, in bytes from the beginning of the backup. */
export interface Place {
  readonly line: number;
  readonly lineBytes: number;
  readonly size: number;
}

/**
 * Reads a backup chunk by chunk and verifies all of it: the digest of each body, the number of records, and the hash of the
 * whole. It holds no more than a line.
 */
export class BackupReader {
  head: Head | null = null;
  /** Bytes read so far. */
  bytes = 0;
  private records = 0;
  private highest = 0;
  private last: End | null = null;
  private readonly all = createHash('sha256');
  /** The line that has begun. */
  private line: Buffer[] = [];
  private lineBytes = 0;
  private record: BackupRecord | null = null;
  private body: Hash | null = null;
  /** Of the present body with its newline. */
  private left = 0;

  /** `each` is told of every record whose body has been verified, in order. */
  constructor(private readonly each: (record: BackupRecord, place: Place) => void = () => undefined) {}

  /** @throws BackupFault */
  feed(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (this.last !== null) throw new BackupFault('goes on after its end');
      at = this.left > 0 ? this.feedBody(chunk, at) : this.feedLine(chunk, at);
    }
  }

  /**
   * What the last line says, once everything is there.
   *
   * @throws BackupFault
   */
  end(): End {
    if (this.last === null) throw new BackupFault('is cut off before its end');
    return this.last;
  }

  private feedLine(chunk: Buffer, at: number): number {
    const newline = chunk.indexOf(NEWLINE, at);
    const end = newline < 0 ? chunk.length : newline + 1;
    this.line.push(chunk.subarray(at, end));
    this.lineBytes += end - at;
    this.bytes += end - at;
    if (this.lineBytes > MAX_LINE_BYTES) throw new BackupFault('is no backup of a ring, or damaged');
    if (newline >= 0) this.endLine();
    return end;
  }

  private endLine(): void {
    const line = Buffer.concat(this.line, this.lineBytes);
    const text = line.toString('utf8');
    if (this.head === null) this.head = readHead(text);
    else {
      const read = readLine(text);
      if ('end' in read) return this.finish(read);
      this.begin(read);
    }
    this.all.update(line);
    if (this.record === null) this.clearLine();
  }

  private begin(record: BackupRecord): void {
    this.record = record;
    this.body = createHash('sha256');
    this.left = record.size + 1;
  }

  private feedBody(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.left);
    const bytes = chunk.subarray(at, end);
    this.all.update(bytes);
    this.bytes += bytes.length;
    this.left -= bytes.length;
    this.body!.update(this.left > 0 ? bytes : bytes.subarray(0, -1));
    if (this.left === 0) this.endBody(bytes.at(-1)!);
    return end;
  }

  private endBody(last: number): void {
    const record = this.record!;
    const digest = this.body!.digest('hex');
    if (last !== NEWLINE) throw damaged();
    if (record.kind === 'put' && !digest.startsWith(record.digest)) {
      throw new BackupFault(`is damaged: the body of ${JSON.stringify(record.key)} is not what was stored`);
    }
    const line = this.bytes - record.size - 1 - this.lineBytes;
    this.each(record, { line, lineBytes: this.lineBytes, size: record.size });
    this.records++;
    this.highest = Math.max(this.highest, record.revision);
    this.record = null;
    this.clearLine();
  }

  private finish(end: End): void {
    const isOfThese = end.records === this.records && end.revision >= this.highest;
    if (!isOfThese || end.sha256 !== this.all.digest('hex')) throw damaged();
    this.last = end;
  }

  private clearLine(): void {
    this.line = [];
    this.lineBytes = 0;
  }
}
