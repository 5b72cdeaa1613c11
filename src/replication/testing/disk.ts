import type { Saves } from '../interface.js';
import type { LogRecord } from '../record.js';
import type { Change, Fact, Saved, Table } from '../saved.js';

/** A disk in memory, which outlives the replicas that write to it. */
export class Disk {
  /** Nothing is written, and nothing answered, until this is over. */
  isStalled = false;
  /** What could not be read back, each named for people. */
  damaged: string[] = [];
  private readonly facts = new Map<string, Fact>();
  private readonly tables: Readonly<Record<Table, Map<number, LogRecord>>> = {
    records: new Map(),
    done: new Map(),
    offers: new Map(),
  };

  write({ changes }: Saves): void {
    for (const change of changes) this.make(change);
  }

  read(): Saved {
    const { damaged } = this;
    const facts = [...this.facts.values()];
    const [records, done, offers] = (['records', 'done', 'offers'] as const).map((name) => this.table(name));
    return { facts, records: records!, done: done!, offers: offers!, damaged: [...damaged] };
  }

  /** What is in a table, in the order of revisions. */
  table(name: Table): LogRecord[] {
    return [...this.tables[name].values()].toSorted((a, b) => a.revision - b.revision);
  }

  fact<Name extends Fact['name']>(name: Name): Extract<Fact, { name: Name }> {
    return this.facts.get(name) as Extract<Fact, { name: Name }>;
  }

  /** As it is now, whatever is written to it later: for a server that loses the last of what it wrote, as without FSYNC. */
  copy(): Disk {
    const disk = new Disk();
    for (const [name, fact] of this.facts) disk.facts.set(name, fact);
    for (const name of ['records', 'done', 'offers'] as const)
      for (const [revision, record] of this.tables[name]) disk.tables[name].set(revision, record);
    return disk;
  }

  /** The body of an object was lost. */
  loseBody(revision: number): void {
    const { records } = this.tables;
    records.set(revision, { ...records.get(revision)!, body: null });
  }

  private make(change: Change): void {
    if (change.kind === 'fact') {
      // Facts are kept as JSON.
      this.facts.set(change.fact.name, JSON.parse(JSON.stringify(change.fact)) as Fact);
      return;
    }
    const table = this.tables[change.table];
    switch (change.kind) {
      case 'put':
        table.set(change.record.revision, change.record);
        return;
      case 'drop':
        table.delete(change.revision);
        return;
      case 'truncate':
        for (const revision of table.keys()) if (revision > change.revision) table.delete(revision);
        return;
      case 'clear':
        table.clear();
        return;
    }
  }
}
