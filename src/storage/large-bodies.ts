import type { Change, LogRecord, Pieces, Table } from '../replication/index.js';

/** Where the large bodies of a table are, and what of them a change leaves behind. Named by what they are, never by the key. */
export function blobName(table: Table, { revision, digest }: Pick<LogRecord, 'revision' | 'digest'>): string {
  return `${table === 'records' ? '' : `${table.replace(/s$/, '')}-`}${digest}-${revision}`;
}

export function largeBody({ body }: LogRecord): Pieces | null {
  return body === null || body instanceof Uint8Array ? null : body;
}

/** The files that the records refer to, once all changes that were handed over are made. */
export class LargeBodies {
  private readonly tables: Readonly<Record<Table, Map<number, string>>> = {
    records: new Map(),
    done: new Map(),
    offers: new Map(),
  };
  private readonly names = new Set<string>();

  has(name: string): boolean {
    return this.names.has(name);
  }

  add(table: Table, record: LogRecord): void {
    const name = blobName(table, record);
    this.tables[table].set(record.revision, name);
    this.names.add(name);
  }

  /** The files that nothing refers to after this change. */
  apply(change: Change): string[] {
    switch (change.kind) {
      case 'put':
        return this.put(change.table, change.record);
      case 'drop':
        return this.drop(change.table, [change.revision]);
      case 'truncate':
        return this.drop(
          change.table,
          [...this.tables[change.table].keys()].filter((it) => it > change.revision),
        );
      case 'clear':
        return this.drop(change.table, [...this.tables[change.table].keys()]);
      case 'fact':
        return [];
    }
  }

  private put(table: Table, record: LogRecord): string[] {
    const left = this.drop(table, [record.revision]);
    if (largeBody(record) !== null) this.add(table, record);
    return left.filter((name) => !this.has(name));
  }

  private drop(table: Table, revisions: readonly number[]): string[] {
    const left: string[] = [];
    for (const revision of revisions) {
      const name = this.tables[table].get(revision);
      if (name === undefined) continue;
      this.tables[table].delete(revision);
      this.names.delete(name);
      left.push(name);
    }
    return left;
  }
}
