import type { Head } from './head.js';

/** So long a copy is answered with before its island is asked whether it still holds. */
const FRESH_MS = 1_000;
/** What a copy costs besides its body and its key, at most: its headers have a bound. */
const OVERHEAD_BYTES = 1_024;

/** A body that another island has. */
export interface Copy {
  readonly island: { readonly id: string; readonly name: string };
  readonly head: Head;
  readonly body: Buffer;
  /** When the island said so last. */
  checkedAt: number;
}

/** What was read of other islands a moment ago, at most `limit` bytes of it; what was not read for longest goes first. */
export class Copies {
  private readonly copies = new Map<string, Copy>();
  private used = 0;

  constructor(
    private readonly limit: number,
    private readonly now: () => number,
  ) {}

  get bytes(): number {
    return this.used;
  }

  get(key: string): Copy | undefined {
    const copy = this.copies.get(key);
    if (copy === undefined) return undefined;
    this.copies.delete(key);
    this.copies.set(key, copy);
    return copy;
  }

  isFresh({ checkedAt }: Copy): boolean {
    return this.now() - checkedAt < FRESH_MS;
  }

  keep(key: string, copy: Copy): void {
    this.drop(key);
    this.copies.set(key, copy);
    this.used += bytesOf(key, copy);
    while (this.used > this.limit) this.drop(this.copies.keys().next().value!);
  }

  drop(key: string): void {
    const copy = this.copies.get(key);
    if (copy === undefined) return;
    this.copies.delete(key);
    this.used -= bytesOf(key, copy);
  }
}

function bytesOf(key: string, { body, head }: Copy): number {
  return body.length + 2 * key.length + head.bytes + OVERHEAD_BYTES;
}
