import type { Change, LogRecord, Table } from '../replication/index.js';
import { BatchBuilder } from './batch.js';
import type { Plan } from './large-bodies.js';
import { keyOfRevision } from './tables.js';
import { encodeFactValue, encodeRecordValue } from './values.js';

/** Small bodies that come from other records, by the change that puts them; null for one that was damaged there. */
export type Copies = ReadonlyMap<Change, Uint8Array | null>;

const NONE: Copies = new Map();

/** What the changes are to the database, once what the plan says of files is done. */
export function encodeChanges(
  changes: readonly Change[],
  { files }: Pick<Plan, 'files'>,
  copies = NONE,
): BatchBuilder {
  const batch = new BatchBuilder();
  for (const change of changes) {
    const body = copies.get(change);
    const isCopy = change.kind === 'put' && body !== undefined;
    const whole = isCopy ? { ...change, record: { ...change.record, body } } : change;
    encode(batch, whole, files.get(change)?.checksums ?? null);
  }
  return batch;
}

function encode(batch: BatchBuilder, change: Change, pieces: readonly number[] | null): void {
  switch (change.kind) {
    case 'put':
      return put(batch, change.table, change.record, pieces);
    case 'drop':
      return batch.drop(change.table, keyOfRevision(change.revision));
    case 'truncate':
      return batch.truncate(change.table, keyOfRevision(change.revision + 1));
    case 'clear':
      return batch.truncate(change.table, keyOfRevision(0));
    case 'piece':
    case 'discard':
      return;
    case 'fact': {
      const key = Buffer.from(change.fact.name);
      return batch.put('facts', key, encodeFactValue(key, change.fact));
    }
  }
}

function put(batch: BatchBuilder, table: Table, record: LogRecord, pieces: readonly number[] | null): void {
  const key = keyOfRevision(record.revision);
  batch.put(table, key, encodeRecordValue(table, key, record, pieces));
}
