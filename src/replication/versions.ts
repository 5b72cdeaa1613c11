import type { LogRecord } from './record.js';

/** Keys without a version that are kept before they are all forgotten. */
const KEPT_KEYS = 4096;
const NONE: readonly LogRecord[] = [];

/**
 * The versions of each key that are not committed yet, oldest first. Keys stay for a while when they have none left: a Map
 * that is filled and emptied all the time makes new tables as often, and what it leaves behind holds records alive
 * (see `Committed`).
 */
export class Versions {
  private versions = new Map<string, LogRecord[] | undefined>();
  /** Keys that have versions. */
  private count = 0;

  has(key: string): boolean {
    return this.count > 0 && this.versions.get(key) !== undefined;
  }

  newest(key: string): LogRecord | undefined {
    return this.count > 0 ? this.versions.get(key)?.at(-1) : undefined;
  }

  of(key: string): readonly LogRecord[] {
    return this.versions.get(key) ?? NONE;
  }

  find(key: string, revision: number): LogRecord | undefined {
    return this.of(key).find((version) => version.revision === revision);
  }

  push(record: LogRecord): void {
    const known = this.versions.get(record.key);
    if (known) return void known.push(record);
    if (this.versions.size >= KEPT_KEYS + 2 * this.count) this.forget();
    this.versions.set(record.key, [record]);
    this.count++;
  }

  /** Takes the oldest one of a key that has some. */
  shift(key: string): LogRecord {
    const known = this.versions.get(key)!;
    return known.length > 1 ? known.shift()! : this.takeOnly(key, known);
  }

  /** Takes the newest one of a key that has some. */
  pop(key: string): LogRecord {
    const known = this.versions.get(key)!;
    return known.length > 1 ? known.pop()! : this.takeOnly(key, known);
  }

  private takeOnly(key: string, [only]: readonly LogRecord[]): LogRecord {
    this.versions.set(key, undefined);
    this.count--;
    return only!;
  }

  private forget(): void {
    const kept = new Map<string, LogRecord[] | undefined>();
    for (const [key, known] of this.versions) if (known) kept.set(key, known);
    this.versions = kept;
  }
}
