import { INLINE_BODY_BYTES, PIECE_BYTES } from '../replication/index.js';
import type { Change, LogRecord, OnDisk, Part, Pieces, Table } from '../replication/index.js';

type Put = Extract<Change, { readonly kind: 'put' }>;

/** Parts that records took over and that are still found under their own name afterwards. */
const MAX_ALIASES = 1024;

/** A large body in a file: that of a record, or a part. */
export interface BodyFile {
  readonly name: string;
  /** Of a part: what was handed over so far. */
  size: number;
  /** The CRC-32 of each piece that is written. */
  checksums: number[];
}

/** What is to be done with files. A link of a file to itself makes sure that it stays. */
export type FileJob =
  | { readonly kind: 'write'; readonly file: BodyFile; readonly pieces: readonly Uint8Array[] }
  | { readonly kind: 'link'; readonly file: BodyFile; readonly source: BodyFile }
  | { readonly kind: 'piece'; readonly part: BodyFile; readonly index: number; readonly bytes: Uint8Array }
  | { readonly kind: 'discard'; readonly part: BodyFile };

/** A small body of a put comes from the database, where that record has it. */
export interface Copy {
  readonly change: Put;
  readonly table: Table;
  readonly revision: number;
}

/** What changes that were handed over together need beside the database. */
export interface Plan {
  readonly jobs: readonly FileJob[];
  /** Where the large bodies of puts are once the jobs are done. */
  readonly files: ReadonlyMap<Change, BodyFile>;
  readonly copies: readonly Copy[];
  /** Files to remove once the changes are made, unless they are wanted again. */
  readonly left: readonly string[];
}

class PlanBuilder implements Plan {
  readonly jobs: FileJob[] = [];
  readonly files = new Map<Change, BodyFile>();
  readonly copies: Copy[] = [];
  left: string[] = [];
}

/** Named by what they are, never by the key. The same name is the same body. */
export function blobName(table: Table, { revision, digest }: Pick<LogRecord, 'revision' | 'digest'>): string {
  return `${table === 'records' ? '' : `${table.replace(/s$/, '')}-`}${digest}-${revision}`;
}

export const PART_PREFIX = 'part-';

function partName({ source, number }: Part): string {
  return `${PART_PREFIX}${source}-${number}`;
}

/** Where large bodies are, as it will be once all changes that were handed over are made. */
export class LargeBodies {
  private readonly tables: Readonly<Record<Table, Map<number, BodyFile>>> = {
    records: new Map(),
    done: new Map(),
    offers: new Map(),
  };
  private readonly parts = new Map<string, BodyFile>();
  /** The files that took over parts, the last ones; by the part's name. */
  private readonly aliases = new Map<string, BodyFile>();
  /** How many of the above refer to a file, parts apart. */
  private readonly uses = new Map<string, number>();
  private released: string[] = [];

  has(name: string): boolean {
    return this.uses.has(name);
  }

  /** null when it is in no file */
  find(stored: OnDisk): BodyFile | null {
    if (stored.kind !== 'part') return this.tables[stored.kind].get(stored.revision) ?? null;
    const name = partName(stored.part);
    return this.parts.get(name) ?? this.aliases.get(name) ?? null;
  }

  /** One that was found on the disk. */
  add(table: Table, record: LogRecord, checksums: readonly number[]): BodyFile {
    const file = { name: blobName(table, record), size: record.size, checksums: [...checksums] };
    this.hold(table, record.revision, file);
    return file;
  }

  /**
   * Takes note of changes that were handed over together.
   *
   * @throws Error for a put whose body was to be there and is not
   */
  apply(changes: readonly Change[]): Plan {
    const plan = new PlanBuilder();
    for (const change of changes) this.take(change, plan);
    if (this.released.length > 0) plan.left = this.released.filter((name) => !this.has(name));
    this.released = [];
    return plan;
  }

  private take(change: Change, plan: PlanBuilder): void {
    switch (change.kind) {
      case 'put':
        return this.put(change, plan);
      case 'drop':
        return this.drop(change.table, change.revision);
      case 'truncate':
        for (const revision of this.tables[change.table].keys())
          if (revision > change.revision) this.drop(change.table, revision);
        return;
      case 'clear':
        for (const revision of this.tables[change.table].keys()) this.drop(change.table, revision);
        return;
      case 'piece':
        return this.piece(change.part, change.index, change.bytes, plan);
      case 'discard':
        return this.discard(change.part, plan);
      case 'fact':
        return;
    }
  }

  private put(change: Put, plan: PlanBuilder): void {
    const { table, record } = change;
    const { body, revision } = record;
    const isPlain = body === null || body instanceof Uint8Array;
    const file = isPlain ? null : this.settle(change, body, plan);
    const former = this.tables[table].get(revision);
    this.tables[table].delete(revision);
    if (file !== null) this.hold(table, revision, file);
    if (former !== undefined) this.release(former);
  }

  /** Decides where a body comes from; null for a small one that is in the database. */
  private settle(change: Put, body: Pieces, plan: PlanBuilder): BodyFile | null {
    const { table, record } = change;
    const name = blobName(table, record);
    const source = this.sourceOf(record, body);
    const { stored } = body;
    if (source === null && !body.pieces.every((piece) => piece !== null)) {
      const isThere = stored !== null && stored.kind !== 'part' && stored.kind !== 'file';
      if (record.size > INLINE_BODY_BYTES || !isThere)
        throw new Error(`there is no body for ${record.key} (revision ${record.revision})`);
      plan.copies.push({ change, table: stored.kind, revision: stored.revision });
      return null;
    }
    const file = source?.name === name ? source : { name, size: body.size, checksums: [] };
    if (source !== null) plan.jobs.push({ kind: 'link', file, source });
    // The list is the core's, which forgets what it does not need in memory any more.
    else plan.jobs.push({ kind: 'write', file, pieces: body.pieces.filter((piece) => piece !== null) });
    plan.files.set(change, file);
    if (stored?.kind === 'part') this.alias(partName(stored.part), file);
    return file;
  }

  /** The file that has it already; null when there is none, or it has something else. */
  private sourceOf({ digest }: LogRecord, { stored, size }: Pieces): BodyFile | null {
    if (stored === null || stored.kind === 'file') return null;
    const file = this.find(stored);
    if (file?.size !== size) return null;
    if (stored.kind === 'part') return file;
    return file.name === blobName(stored.kind, { revision: stored.revision, digest }) ? file : null;
  }

  private alias(name: string, file: BodyFile): void {
    this.aliases.delete(name);
    this.aliases.set(name, file);
    if (this.aliases.size > MAX_ALIASES) this.aliases.delete(this.aliases.keys().next().value!);
  }

  private piece(of: Part, index: number, bytes: Uint8Array, plan: PlanBuilder): void {
    const name = partName(of);
    const part = this.parts.get(name) ?? { name, size: 0, checksums: [] };
    if (!this.parts.has(name)) this.aliases.delete(name);
    this.parts.set(name, part);
    part.size = Math.max(part.size, index * PIECE_BYTES + bytes.length);
    plan.jobs.push({ kind: 'piece', part, index, bytes });
  }

  private discard(of: Part, plan: PlanBuilder): void {
    const part = this.parts.get(partName(of));
    if (part === undefined) return;
    this.parts.delete(part.name);
    plan.jobs.push({ kind: 'discard', part });
  }

  private drop(table: Table, revision: number): void {
    const file = this.tables[table].get(revision);
    if (file === undefined) return;
    this.tables[table].delete(revision);
    this.release(file);
  }

  private hold(table: Table, revision: number, file: BodyFile): void {
    this.tables[table].set(revision, file);
    this.uses.set(file.name, (this.uses.get(file.name) ?? 0) + 1);
  }

  private release({ name }: BodyFile): void {
    const uses = this.uses.get(name)! - 1;
    if (uses > 0) return void this.uses.set(name, uses);
    this.uses.delete(name);
    this.released.push(name);
  }
}
