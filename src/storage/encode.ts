import type { Change, LogRecord, Pieces, Table } from '../replication/index.js';
import { BatchBuilder } from './batch.js';
import { blobName, largeBody } from './large-bodies.js';
import { keyOfRevision } from './tables.js';
import { encodeFactValue, encodeRecordValue } from './values.js';

/** Keeps a large body in a file of this name. @returns the checksums of its pieces */
export type KeepBody = (name: string, body: Pieces) => Promise<readonly number[]>;

export function hasLargeBody(change: Change): boolean {
  return change.kind === 'put' && largeBody(change.record) !== null;
}

/** Of changes without large bodies. */
export function encodeChanges(changes: readonly Change[]): BatchBuilder {
  const batch = new BatchBuilder();
  for (const change of changes) encode(batch, change, null);
  return batch;
}

/** Large bodies are kept first, as a record may only be there when its body is. */
export async function encodeWithBodies(changes: readonly Change[], keep: KeepBody): Promise<BatchBuilder> {
  const checksums = new Map<Change, readonly number[]>();
  for (const change of changes) {
    if (change.kind !== 'put') continue;
    const body = largeBody(change.record);
    if (body !== null) checksums.set(change, await keep(blobName(change.table, change.record), body));
  }
  const batch = new BatchBuilder();
  for (const change of changes) encode(batch, change, checksums.get(change) ?? null);
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
