import { type LogRecord, type OnDisk, PIECE_BYTES, type Pieces, type Table } from '../replication/index.js';
import type { StoredRecord } from './values.js';

/** What stands in memory for a body that is on the disk only. */
export function bodyOnDisk(size: number, stored: OnDisk): Pieces {
  const count = Math.max(1, Math.ceil(size / PIECE_BYTES));
  return { size, pieces: new Array<null>(count).fill(null), stored };
}

/** Where the body of a record is. Of requests that are done none is kept. */
export function storedIn(table: Table, { revision }: LogRecord): OnDisk {
  return { kind: table === 'offers' ? table : 'records', revision };
}

/** Keeps the small bodies that were read last, as many as memory is meant for them; the others are on the disk only. */
export class SmallBodies {
  /** Where those in memory are, from `first` on. */
  private kept: { readonly table: Table; readonly list: StoredRecord[]; readonly index: number }[] = [];
  private first = 0;
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** The newest of them all. */
  add(table: Table, list: StoredRecord[], index: number): void {
    const { body } = list[index]!.record;
    if (!(body instanceof Uint8Array)) return;
    this.bytes += body.length;
    if (this.maxBytes === Infinity) return;
    this.kept.push({ table, list, index });
    while (this.bytes > this.maxBytes) this.evict();
  }

  private evict(): void {
    const { table, list, index } = this.kept[this.first++]!;
    const { record, pieces } = list[index]!;
    list[index] = { record: { ...record, body: bodyOnDisk(record.size, storedIn(table, record)) }, pieces };
    this.bytes -= record.size;
    // What is behind it is given back now and then.
    if (2 * this.first < this.kept.length) return;
    this.kept = this.kept.slice(this.first);
    this.first = 0;
  }
}
