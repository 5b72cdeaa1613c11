import type { Saves } from '../interface.js';
import type { Body, LogRecord, Part } from '../record.js';
import type { Change, Fact, OnDisk, Saved, Table } from '../saved.js';

/** A disk in memory, which outlives the replicas that write to it. */
export class Disk {
  /** Nothing is written, and nothing answered, until this is over. */
  isStalled = false;
  /** What could not be read back, each named for people. */
  damaged: string[] = [];
  /** Records whose bodies are there and cannot be read, by their revisions. */
  readonly rotten = new Set<number>();
  private readonly facts = new Map<string, Fact>();
  private readonly parts = new Map<string, Uint8Array[]>();
  private readonly bodies = new Map<number, Body>();
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

  /** Facts are kept as JSON. */
  note(fact: Fact): void {
    this.facts.set(fact.name, JSON.parse(JSON.stringify(fact)) as Fact);
  }

  /** A piece of a body. */
  piece(stored: OnDisk, index: number): Uint8Array | null {
    if (stored.kind === 'part') return this.parts.get(nameOf(stored.part))?.[index] ?? null;
    if (stored.kind === 'records' && this.rotten.has(stored.revision)) return null;
    const body =
      this.tables[stored.kind].get(stored.revision)?.body ?? this.bodies.get(stored.revision) ?? null;
    return body === null || body instanceof Uint8Array ? body : (body.pieces[index] ?? null);
  }

  /** The body of an object was lost. */
  loseBody(revision: number): void {
    const { records } = this.tables;
    records.set(revision, { ...records.get(revision)!, body: null });
  }

  private make(change: Change): void {
    switch (change.kind) {
      case 'fact':
        return this.note(change.fact);
      case 'piece':
        this.parts.set(nameOf(change.part), [...(this.parts.get(nameOf(change.part)) ?? []), change.bytes]);
        return;
      case 'discard':
        this.parts.delete(nameOf(change.part));
        return;
      default:
        this.makeIn(this.tables[change.table], change);
    }
  }

  private makeIn(table: Map<number, LogRecord>, change: Extract<Change, { table: Table }>): void {
    switch (change.kind) {
      case 'put':
        table.set(change.record.revision, this.whole(change.record));
        if (change.table === 'records') this.rotten.delete(change.record.revision);
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

  /** With the pieces that came ahead of it, or that another record has. What was dropped stays for that. */
  private whole(record: LogRecord): LogRecord {
    const { body } = record;
    if (body === null || body instanceof Uint8Array || body.stored === null) return this.remember(record);
    const { stored } = body;
    if (stored.kind === 'file') throw new Error(`the file ${stored.key} goes to the disk`);
    const pieces = body.pieces.map((piece, index) => piece ?? this.piece(stored, index));
    return this.remember({ ...record, body: { ...body, pieces } });
  }

  private remember(record: LogRecord): LogRecord {
    if (record.body !== null) this.bodies.set(record.revision, record.body);
    return record;
  }
}

function nameOf({ source, number }: Part): string {
  return `${source}/${number}`;
}
