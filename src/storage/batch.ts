import { TREES, type Tree } from './tables.js';

const EMPTY = new Uint8Array(0);

const Kind = { put: 0, drop: 1, truncate: 2 } as const;

/**
 * Operations for the database's thread, packed so that they are two pieces of memory however many they are. Each is four
 * numbers: its kind, the place of its tree, the bytes of its key and those of its value; `bytes` has the keys and values.
 */
export interface Batch {
  readonly operations: Float64Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export class BatchBuilder {
  private readonly operations: number[] = [];
  private readonly parts: Uint8Array[] = [];
  private size = 0;

  get byteLength(): number {
    return this.size;
  }

  put(tree: Tree, key: Uint8Array, value: Uint8Array): void {
    this.add(Kind.put, tree, key, value);
  }

  drop(tree: Tree, key: Uint8Array): void {
    this.add(Kind.drop, tree, key, EMPTY);
  }

  /** Drops the entry of this key and all behind it. */
  truncate(tree: Tree, key: Uint8Array): void {
    this.add(Kind.truncate, tree, key, EMPTY);
  }

  append(other: BatchBuilder): void {
    for (const number of other.operations) this.operations.push(number);
    for (const part of other.parts) this.parts.push(part);
    this.size += other.size;
  }

  build(): Batch {
    const bytes = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return { operations: Float64Array.from(this.operations), bytes };
  }

  private add(kind: number, tree: Tree, key: Uint8Array, value: Uint8Array): void {
    this.operations.push(kind, TREES.indexOf(tree), key.length, value.length);
    this.parts.push(key, value);
    this.size += key.length + value.length;
  }
}
