/** So long it is believed that an island still does not have what it did not have. */
const ABSENCE_MS = 1_000;
const MOST_KEYS = 1_000;

/**
 * The keys that no other island had a moment ago. Who writes one here does not meet it any more, as what this ring has
 * is asked of nobody.
 */
export class Absences {
  private readonly until = new Map<string, number>();

  constructor(private readonly now: () => number) {}

  has(key: string): boolean {
    return (this.until.get(key) ?? -Infinity) > this.now();
  }

  /** Of too many, the oldest is forgotten. */
  add(key: string): void {
    this.until.delete(key);
    this.until.set(key, this.now() + ABSENCE_MS);
    if (this.until.size > MOST_KEYS) this.until.delete(this.until.keys().next().value!);
  }

  /** An island has come, which may have any of them. */
  clear(): void {
    this.until.clear();
  }
}
