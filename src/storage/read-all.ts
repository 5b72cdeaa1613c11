import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { Fact, Table } from '../replication/index.js';
import { broken } from './lmdb/broken.js';
import { readDatabase } from './lmdb/read-database.js';
import { SmallBodies } from './small-bodies.js';
import { revisionOfKey, TABLES, TREES, type Tree } from './tables.js';
import { decodeFactValue, decodeRecordValue, type StoredRecord } from './values.js';

const DATABASE_FILE = 'data.mdb';
/** LMDB makes it before the database. */
const LMDB_LOCK_FILE = 'lock.mdb';

/** An entry that is not as it was written. */
export interface DamagedEntry {
  readonly tree: Tree;
  readonly key: Buffer;
  /** For people. */
  readonly name: string;
}

/** All that is in the database; large bodies are not. */
export interface Contents {
  readonly facts: Fact[];
  readonly tables: Readonly<Record<Table, StoredRecord[]>>;
  readonly damaged: DamagedEntry[];
}

export function emptyContents(): Contents {
  return { facts: [], tables: { records: [], done: [], offers: [] }, damaged: [] };
}

/**
 * @param memoryBytes what small bodies may take; the others stay where they are
 * @throws BrokenDatabase when the database is not to be opened
 */
export function readAll(directory: string, memoryBytes: number): Contents {
  const contents = emptyContents();
  const bodies = new SmallBodies(memoryBytes);
  const path = join(directory, DATABASE_FILE);
  if (sizeOf(path) > 0)
    readDatabase(path, TREES, (tree, key, value) => take(contents, bodies, tree, key, value));
  else if (existsSync(join(directory, LMDB_LOCK_FILE))) throw broken('its file is gone or empty');
  return contents;
}

/** Leaves on the disk what small bodies there are beyond so many bytes, the oldest. */
export function limitMemory({ tables }: Contents, maxBytes: number): void {
  if (maxBytes === Infinity) return;
  const bodies = new SmallBodies(maxBytes);
  for (const table of TABLES)
    for (let index = 0; index < tables[table].length; index++) bodies.add(table, tables[table], index);
}

/** 0 for a database that is not there. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function take(contents: Contents, bodies: SmallBodies, tree: Tree, key: Buffer, value: Buffer): void {
  const isSound =
    tree === 'facts' ? takeFact(contents, key, value) : takeRecord(contents, bodies, tree, key, value);
  if (!isSound) contents.damaged.push({ tree, key: Buffer.from(key), name: nameOf(tree, key) });
}

function takeFact({ facts }: Contents, key: Buffer, value: Buffer): boolean {
  const fact = decodeFactValue(key, value);
  if (fact !== null) facts.push(fact);
  return fact !== null;
}

function takeRecord(
  { tables }: Contents,
  bodies: SmallBodies,
  table: Table,
  key: Buffer,
  value: Buffer,
): boolean {
  const stored = decodeRecordValue(table, key, value);
  if (stored === null || stored.record.revision !== revisionOfKey(key)) return false;
  tables[table].push(stored);
  bodies.add(table, tables[table], tables[table].length - 1);
  return true;
}

function nameOf(tree: Tree, key: Buffer): string {
  if (tree === 'facts') return `the fact ${key.toString('latin1')}`;
  return `record ${revisionOfKey(key) ?? key.toString('hex')} of ${tree}`;
}
