import { PIECE_BYTES, type Pieces } from '../replication/index.js';
import type { StoredRecord } from './values.js';

/** What stands in memory for a body that is on the disk only. */
export function bodyOnDisk(size: number): Pieces {
  const count = Math.max(1, Math.ceil(size / PIECE_BYTES));
  return { size, pieces: new Array<null>(count).fill(null), part: null, isOnDisk: true };
}

/** Keeps the small bodies that were read last, as many as memory is meant for them; the others are on the disk only. */
export class SmallBodies {
  /** Where those in memory are, from `first` on. */
  private kept: { readonly list: StoredRecord[]; readonly index: number }[] = [];
  private first = 0;
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** The newest of them all. */
  add(list: StoredRecord[], index: number): void {
    const { body } = list[index]!.record;
    if (!(body instanceof Uint8Array)) return;
    this.bytes += body.length;
    if (this.maxBytes === Infinity) return;
    this.kept.push({ list, index });
    while (this.bytes > this.maxBytes) this.evict();
  }

  private evict(): void {
    const { list, index } = this.kept[this.first++]!;
    const { record, pieces } = list[index]!;
    list[index] = { record: { ...record, body: bodyOnDisk(record.size) }, pieces };
    this.bytes -= record.size;
    // What is behind it is given back now and then.
    if (2 * this.first < this.kept.length) return;
    this.kept = this.kept.slice(this.first);
    this.first = 0;
  }
}
