import { BackupReader } from '../../../src/cli/backup-reader.js';
import type { BackupRecord } from '../../../src/cli/backup-lines.js';

/** What is in a backup once all of it has been applied in order. */
export interface Restored {
  readonly revision: number;
  /** Bodies as text, by key. */
  readonly objects: ReadonlyMap<string, string>;
  readonly records: readonly BackupRecord[];
}

/** Verifies a backup and applies it. */
export function readBackup(backup: Buffer): Restored {
  const objects = new Map<string, string>();
  const records: BackupRecord[] = [];
  const reader = new BackupReader((record, { line, lineBytes, size }) => {
    const start = line + lineBytes;
    records.push(record);
    if (record.kind === 'put')
      objects.set(record.key, backup.subarray(start, start + size).toString('latin1'));
    else objects.delete(record.key);
  });
  reader.feed(backup);
  return { revision: reader.end().revision, objects, records };
}
