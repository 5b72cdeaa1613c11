import type { LogRecord } from '../replication/index.js';

/** Of what a backup is written in; a change that an older reader would misunderstand raises it. */
export const FORMAT = 1;

/** What the first line says. The numbers are those of the beginning: only the last line is exact. */
export interface BackupHead {
  /** The name of the ring. */
  readonly ring: string;
  readonly revision: number;
  readonly objects: number;
  /** What the objects take of the server's memory, which is about what they take in the backup. */
  readonly bytes: number;
}

export function headLine({ ring, revision, objects, bytes }: BackupHead): string {
  return `${JSON.stringify({ ringlet: 'backup', format: FORMAT, ring, revision, objects, bytes })}\n`;
}

/** The line before the body of a record. Times are milliseconds since the epoch; `expires` is 0 for never. */
export function recordLine(record: LogRecord): string {
  const { key, revision, size, digest, type, meta, modified, expires } = record;
  const kind = record.kind === 'put' ? 'put' : 'delete';
  return `${JSON.stringify({ key, revision, kind, size, digest, type, meta, modified, expires })}\n`;
}

/** @param leftOut files of directories that could not be read @param sha256 of every byte before this line */
export function endLine(revision: number, records: number, leftOut: number, sha256: string): string {
  return `${JSON.stringify({ end: true, revision, records, ...(leftOut > 0 && { leftOut }), sha256 })}\n`;
}
