import type {
  Change,
  Fact,
  LogRecord,
  BodyPlace,
  Part,
  Saved,
  Saves,
  Table,
} from '../../src/replication/index.js';
import type { Random } from './random.js';
import type { World } from './world.js';

/** From the hand-over to the operating system, and from there to the platters. */
const WRITE_MS = [0.02, 0.5] as const;
const SYNC_MS = [0.1, 5] as const;

interface Batch extends Saves {
  state: 'handed-over' | 'written' | 'synced';
  readonly done: () => void;
}

class Contents {
  /** As JSON: what changes afterwards is not on the disk. */
  readonly facts = new Map<string, string>();
  readonly tables: Readonly<Record<Table, Map<number, LogRecord>>> = {
    records: new Map(),
    done: new Map(),
    offers: new Map(),
  };

  /** Revisions of records whose bodies are not as they were written. */
  readonly rotten = new Set<number>();
  private readonly parts = new Map<string, Uint8Array[]>();

  apply(change: Change): void {
    switch (change.kind) {
      case 'put':
        if (change.table === 'records') this.rotten.delete(change.record.revision);
        return void this.tables[change.table].set(change.record.revision, this.kept(change.record));
      case 'drop':
        return void this.tables[change.table].delete(change.revision);
      case 'truncate':
        for (const revision of this.tables[change.table].keys())
          if (revision > change.revision) this.tables[change.table].delete(revision);
        return;
      case 'clear':
        return this.tables[change.table].clear();
      case 'piece':
        this.part(change.part)[change.index] = change.bytes;
        return;
      case 'discard':
        return void this.parts.delete(nameOf(change.part));
      case 'fact':
        return void this.facts.set(change.fact.name, JSON.stringify(change.fact));
    }
  }

  /** The pieces of a body; undefined when it is not here. */
  piecesOf(stored: BodyPlace): readonly (Uint8Array | null)[] | undefined {
    if (stored.kind === 'file') return undefined;
    if (stored.kind === 'part') return this.parts.get(nameOf(stored.part));
    const body = this.tables[stored.kind].get(stored.revision)?.body;
    return body instanceof Uint8Array ? [body] : body?.pieces;
  }

  /** The process begins anew: nothing will take over what was ahead of its record. */
  forgetParts(): void {
    this.parts.clear();
  }

  private part(part: Part): Uint8Array[] {
    const pieces = this.parts.get(nameOf(part)) ?? [];
    this.parts.set(nameOf(part), pieces);
    return pieces;
  }

  /** With its pieces, wherever they are. */
  private kept(record: LogRecord): LogRecord {
    const { body } = record;
    if (body === null || body instanceof Uint8Array || body.stored === null) return record;
    const there = this.piecesOf(body.stored) ?? [];
    const pieces = body.pieces.map((piece, index) => piece ?? there[index] ?? null);
    if (pieces.includes(null))
      throw new Error(`the disk has no body for r${record.revision} of ${record.key}`);
    return { ...record, body: { ...body, pieces } };
  }
}

/**
 * The disk of one host. Batches are written one after the other and synced together, later. What was written outlives the process,
 * what was synced also a loss of power; of the rest, the first ones may.
 */
export class Disk {
  private readonly contents = new Contents();
  private batches: Batch[] = [];
  private damaged: string[] = [];
  private stalledUntil = 0;
  private isWriting = false;
  private isSyncing = false;
  /** Numbers the lives of the process. */
  private life = 0;

  constructor(
    private readonly world: World,
    private readonly random: Random,
    /** Every batch is synced before it counts as saved, not only the vital ones. */
    private readonly syncsAll: boolean,
  ) {}

  load(): Saved {
    const { facts, tables } = this.contents;
    this.contents.forgetParts();
    const inOrder = (table: Table) =>
      [...tables[table].values()]
        .toSorted((x, y) => x.revision - y.revision)
        .map((record) => (table === 'records' && this.isRotten(record) ? { ...record, body: null } : record))
        .map((record) => unread(table, record));
    return {
      facts: [...facts.values()].map((fact) => JSON.parse(fact) as Fact),
      records: inOrder('records'),
      done: inOrder('done'),
      offers: inOrder('offers'),
      damaged: this.damaged,
    };
  }

  /** A piece of a body, also of one that is still on its way to the disk. */
  read(stored: BodyPlace, index: number): Uint8Array | null {
    const isRotten = stored.kind === 'records' && this.isRotten(stored);
    const there = isRotten ? null : this.contents.piecesOf(stored)?.[index];
    if (there || stored.kind === 'part' || stored.kind === 'file') return there ?? null;
    const puts = this.batches.flatMap(({ changes }) => changes).filter((change) => change.kind === 'put');
    const put = puts.findLast(
      ({ table, record }) => table === stored.kind && record.revision === stored.revision,
    );
    const body = put?.record.body ?? null;
    if (body === null || body instanceof Uint8Array) return body;
    return body.pieces[index] ?? (body.stored && this.read(body.stored, index));
  }

  /** The revisions of records that have bodies which can be read. */
  get bodies(): number[] {
    const records = [...this.contents.tables.records.values()];
    return records.flatMap((one) => (one.body === null || this.isRotten(one) ? [] : [one.revision]));
  }

  /** Of a body that can be read. */
  digestOf(revision: number): string | null {
    const record = this.contents.tables.records.get(revision);
    return !record?.body || this.isRotten(record) ? null : record.digest;
  }

  rot(revision: number): void {
    this.contents.rotten.add(revision);
  }

  isRotten({ revision }: { readonly revision: number }): boolean {
    return this.contents.rotten.has(revision);
  }

  save(saves: Saves, done: () => void): void {
    this.batches.push({ ...saves, state: 'handed-over', done });
    this.write();
  }

  /** Nothing gets on for so long. */
  stall(ms: number): void {
    this.stalledUntil = Math.max(this.stalledUntil, this.world.now + ms);
  }

  /** The process is gone: what it had only handed over is lost. */
  abandon(): void {
    this.end((batch) => batch.state !== 'handed-over');
  }

  /** The machine is gone: of what was not synced, the first batches may be there. */
  losePower(): void {
    const unsynced = this.batches.filter(({ state }) => state === 'written');
    const lucky = new Set(unsynced.slice(0, this.random.below(unsynced.length + 1)));
    this.end((batch) => batch.state === 'synced' || lucky.has(batch));
  }

  /** Something that was written is not read back as it was; false when there is nothing. */
  damage(): boolean {
    const { records } = this.contents.tables;
    const revision = this.random.pick([...records.keys()]);
    const record = records.get(revision);
    if (record === undefined) return false;
    if (record.kind === 'put' && record.body !== null && !(record.body instanceof Uint8Array)) {
      records.set(revision, { ...record, body: null });
    } else {
      records.delete(revision);
      this.damaged = [`record ${revision}`];
    }
    return true;
  }

  private end(stays: (batch: Batch) => boolean): void {
    this.life++;
    for (const batch of this.batches) {
      if (!stays(batch)) break;
      this.apply(batch);
    }
    this.batches = [];
    this.isWriting = false;
    this.isSyncing = false;
  }

  private write(): void {
    const next = this.batches.find(({ state }) => state === 'handed-over');
    if (this.isWriting || next === undefined) return;
    this.isWriting = true;
    this.later(WRITE_MS, () => {
      this.isWriting = false;
      next.state = 'written';
      this.sync();
      this.settle();
      this.write();
    });
  }

  private sync(): void {
    const written = this.batches.filter(({ state }) => state === 'written');
    if (this.isSyncing || !written.some(({ isVital }) => isVital || this.syncsAll)) return;
    this.isSyncing = true;
    this.later(SYNC_MS, () => {
      this.isSyncing = false;
      for (const batch of written) batch.state = 'synced';
      this.settle();
      this.sync();
    });
  }

  /** In their order. */
  private settle(): void {
    for (let [first] = this.batches; first && this.isSafe(first); [first] = this.batches) {
      this.batches.shift();
      this.apply(first);
      first.done();
    }
  }

  private apply({ changes }: Batch): void {
    for (const change of changes) this.contents.apply(change);
    // What was damaged is named until something else is there.
    this.damaged = [];
  }

  private isSafe({ state, isVital }: Batch): boolean {
    return state === 'synced' || (state === 'written' && !isVital && !this.syncsAll);
  }

  private later(range: readonly [number, number], act: () => void): void {
    const { life } = this;
    const wait = Math.max(0, this.stalledUntil - this.world.now) + this.random.between(...range);
    this.world.after(wait, () => {
      if (life === this.life) act();
    });
  }
}

/** Large bodies stay where they are. */
function unread(kind: Table, record: LogRecord): LogRecord {
  const { body, revision } = record;
  if (body === null || body instanceof Uint8Array || kind === 'done') return record;
  const pieces = body.pieces.map(() => null);
  return { ...record, body: { size: body.size, pieces, stored: { kind, revision } } };
}

function nameOf({ source, number }: Part): string {
  return `${source}/${number}`;
}
