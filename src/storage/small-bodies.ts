import { PIECE_BYTES, type LogRecord, type OnDisk, type Pieces } from '../replication/index.js';
import type { StoredRecord } from './values.js';

/** Tables whose records have bodies. */
export type Bodied = Exclude<OnDisk['kind'], 'part'>;

/** What stands in memory for a body that is on the disk only. */
export function bodyOnDisk(kind: Bodied, { size, revision }: LogRecord): Pieces {
  const count = Math.max(1, Math.ceil(size / PIECE_BYTES));
  return { size, pieces: Array.from({ length: count }, () => null), stored: { kind, revision } };
}

/** Keeps the small bodies that were read last, as many as memory is meant for them; the others are on the disk only. */
export class SmallBodies {
  /** Where those in memory are, from `first` on. */
  private kept: { readonly table: Bodied; readonly list: StoredRecord[]; readonly index: number }[] = [];
  private first = 0;
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** The newest of them all. */
  add(table: Bodied, list: StoredRecord[], index: number): void {
    const { body } = list[index]!.record;
    if (!(body instanceof Uint8Array) || body.length === 0) return;
    this.bytes += body.length;
    if (this.maxBytes === Infinity) return;
    this.kept.push({ table, list, index });
    while (this.bytes > this.maxBytes) this.evict();
  }

  private evict(): void {
    const { table, list, index } = this.kept[this.first++]!;
    const { record, pieces } = list[index]!;
    list[index] = { record: { ...record, body: bodyOnDisk(table, record) }, pieces };
    this.bytes -= record.size;
    // What is behind it is given back now and then.
    if (2 * this.first < this.kept.length) return;
    this.kept = this.kept.slice(this.first);
    this.first = 0;
  }
}
