import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

import type { LogRecord, Saved, Table } from '../replication/index.js';
import type { Blobs } from './blobs.js';
import { BLOB_DIRECTORY, DAMAGED_PREFIX, STORE_DIRECTORY } from './claim.js';
import type { LargeBodies } from './large-bodies.js';
import { BrokenDatabase } from './lmdb/broken.js';
import { emptyContents, readAll, type Contents } from './read-all.js';
import { bodyOnDisk, type Bodied } from './small-bodies.js';
import { codeOf } from './storage-error.js';
import { TABLES } from './tables.js';
import type { StoredRecord } from './values.js';

export interface Found {
  readonly contents: Contents;
  /** What was lost as a whole, for people. */
  readonly lost: readonly string[];
}

/** Reads the database; one that LMDB must not open is moved aside, with the bodies that only it could name. */
export async function findContents(directory: string, memoryBytes: number): Promise<Found> {
  try {
    return { contents: readAll(join(directory, STORE_DIRECTORY), memoryBytes), lost: [] };
  } catch (error) {
    if (!(error instanceof BrokenDatabase)) throw error;
    const aside = await moveAside(directory);
    return { contents: emptyContents(), lost: [`the whole store (${error.message}; now in ${aside})`] };
  }
}

/** Checks the large bodies as well, and notes where they are. */
export async function restore({ contents, lost }: Found, blobs: Blobs, bodies: LargeBodies): Promise<Saved> {
  const damaged = [...lost, ...contents.damaged.map(({ name }) => name)];
  const tables: Partial<Record<Table, LogRecord[]>> = {};
  for (const table of TABLES) {
    const records: LogRecord[] = (tables[table] = []);
    for (const stored of contents.tables[table]) {
      const isWhole = stored.pieces === null || table === 'done';
      records.push(isWhole ? stored.record : await withBody(table, stored, blobs, bodies, damaged));
    }
  }
  await blobs.removeOthers((name) => bodies.has(name));
  const { records = [], done = [], offers = [] } = tables;
  return { facts: contents.facts, records, done, offers, damaged };
}

async function withBody(
  table: Bodied,
  { record, pieces }: StoredRecord,
  blobs: Blobs,
  bodies: LargeBodies,
  damaged: string[],
): Promise<LogRecord> {
  const file = bodies.add(table, record, pieces ?? []);
  if (await blobs.verify(file)) return { ...record, body: bodyOnDisk(table, record) };
  damaged.push(`the body of ${record.key} (revision ${record.revision})`);
  return { ...record, body: null };
}

async function moveAside(directory: string): Promise<string> {
  const aside = join(directory, `${DAMAGED_PREFIX}${Date.now()}`);
  await mkdir(aside);
  for (const name of [STORE_DIRECTORY, BLOB_DIRECTORY]) {
    await rename(join(directory, name), join(aside, name)).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
    });
  }
  return aside;
}
