import type { Failure } from './first-found.js';

/** So long it is believed that no island has what none of them had. */
const ABSENCE_MS = 1_000;
/** The same when not all could tell: whoever asks just then is not to wait for them as well. */
const DOUBT_MS = 250;
const MOST_KEYS = 1_000;

interface Absence {
  readonly failures: readonly Failure[];
  readonly until: number;
}

/**
 * The keys that no other island had a moment ago. Who writes one here does not meet it any more, as what this ring has
 * is asked of nobody.
 */
export class Absences {
  private readonly absences = new Map<string, Absence>();

  constructor(private readonly now: () => number) {}

  /** The islands that failed to tell; undefined: nothing is known of the key. */
  get(key: string): readonly Failure[] | undefined {
    const absence = this.absences.get(key);
    return absence !== undefined && absence.until > this.now() ? absence.failures : undefined;
  }

  /** Of too many, the oldest is forgotten. */
  add(key: string, failures: readonly Failure[]): void {
    this.absences.delete(key);
    this.absences.set(key, { failures, until: this.now() + (failures.length > 0 ? DOUBT_MS : ABSENCE_MS) });
    if (this.absences.size > MOST_KEYS) this.absences.delete(this.absences.keys().next().value!);
  }

  drop(key: string): void {
    this.absences.delete(key);
  }

  /** An island has come, which may have any of them. */
  clear(): void {
    this.absences.clear();
  }
}
