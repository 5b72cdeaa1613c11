import type { LogRecord } from './record.js';

const BLOCK = 4096;
/** Pairs of blocks that are joined at once at most, which bounds the pause. Each block that is filled may leave one to be joined. */
const JOINED_AT_ONCE = 4;

/** A stretch of the order. Places whose record was overwritten are empty. */
class Block {
  readonly records: (LogRecord | undefined)[] = [];
  count = 0;
  /** How often its records have changed their places. */
  moves = 0;

  constructor(readonly number: number) {}
}

/**
 * One record for each key, in the order in which they came: a key that is written again moves to the end.
 *
 * A Map would do the same by a deletion before each insertion. But then it makes a new table again and again, and the tables
 * that it leaves behind hold, until the next full collection of garbage, all records that were in them: what was
 * overwritten long ago is carried along and grows old (measured: a quarter of the time of a write at a backup). Nothing that is left behind
 * here holds a record. There are never many more than two places for each.
 */
export class Committed {
  /** Of each key: the number of its block times `BLOCK`, and its place in it. */
  private readonly places = new Map<string, number>();
  private readonly blocks = new Map<number, Block>();
  private newest: Block;

  constructor() {
    this.newest = this.addBlock(0);
  }

  get size(): number {
    return this.places.size;
  }

  get(key: string): LogRecord | undefined {
    const place = this.places.get(key);
    return place === undefined ? undefined : this.blockOf(place).records[place % BLOCK];
  }

  /** The record of this revision, if it is still that of its key. */
  at(revision: number): LogRecord | undefined {
    const { value, done } = this.values(revision - 1).next();
    return done !== true && value.revision === revision ? value : undefined;
  }

  /** Puts the record at the end. */
  append(record: LogRecord): void {
    const place = this.places.get(record.key);
    if (place !== undefined) this.empty(place);
    if (this.newest.records.length === BLOCK) this.openBlock();
    const { newest } = this;
    this.places.set(record.key, newest.number * BLOCK + newest.records.length);
    newest.records.push(record);
    newest.count++;
  }

  /** Puts the record where the present one of its key is. */
  replace(record: LogRecord): void {
    const place = this.places.get(record.key)!;
    this.blockOf(place).records[place % BLOCK] = record;
  }

  delete(key: string): void {
    const place = this.places.get(key);
    if (place === undefined) return;
    this.empty(place);
    this.places.delete(key);
  }

  /** All records above this revision, in order; goes on with what is appended meanwhile, and finds its way when records are moved. */
  *values(after = 0): IterableIterator<LogRecord> {
    let last = after;
    for (const block of this.blocks.values()) {
      if (newestIn(block) <= last) continue;
      for (let place = 0; place < block.records.length; place++) {
        const record = block.records[place];
        if (record === undefined || record.revision <= last) continue;
        last = record.revision;
        const { moves } = block;
        yield record;
        if (moves !== block.moves) place = -1;
      }
    }
  }

  private blockOf(place: number): Block {
    return this.blocks.get(Math.floor(place / BLOCK))!;
  }

  private empty(place: number): void {
    const block = this.blockOf(place);
    block.records[place % BLOCK] = undefined;
    block.count--;
  }

  private addBlock(number: number): Block {
    const block = new Block(number);
    this.blocks.set(number, block);
    return block;
  }

  private openBlock(): void {
    this.joinBlocks();
    this.newest = this.addBlock(this.newest.number + 1);
  }

  private joinBlocks(): void {
    let joined = 0;
    let before: Block | null = null;
    for (const block of this.blocks.values()) {
      if (before !== null && before.count + block.count <= BLOCK) {
        this.join(before, block);
        if (++joined === JOINED_AT_ONCE) return;
      }
      before = block;
    }
  }

  /** All records of both are in the newer one then. */
  private join(older: Block, newer: Block): void {
    const records = [...older.records, ...newer.records].filter((record) => record !== undefined);
    older.records.length = 0;
    this.blocks.delete(older.number);
    newer.records.fill(undefined);
    newer.records.length = records.length;
    for (const [place, record] of records.entries()) {
      newer.records[place] = record;
      this.places.set(record.key, newer.number * BLOCK + place);
    }
    newer.count = records.length;
    newer.moves++;
  }
}

/** 0 for an empty one. */
function newestIn({ records }: Block): number {
  return records.findLast((record) => record !== undefined)?.revision ?? 0;
}
