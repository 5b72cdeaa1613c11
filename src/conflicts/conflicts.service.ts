import { Injectable } from '@nestjs/common';

import { ObjectsService, problemOf } from '../objects/index.js';
import {
  conflictsOf,
  type LogRecord,
  MOST_CONFLICTS,
  type Outcome,
  UNCONDITIONAL,
  versionOf,
} from '../replication/index.js';
import { type ConflictListing, toListed } from './conflict-listing.js';

/** Between a key and the revision, in the place of a page that ends among several of one key; no key has it. */
const BETWEEN = '\u0000';
/** Behind every revision. */
const BEHIND_ALL = ':';
/** Conflicts that are settled at once. */
const WINDOW = 64;

/** What lost when rings came together again. */
@Injectable()
export class ConflictsService {
  constructor(private readonly objects: ObjectsService) {}

  /**
   * A page, in the order of the keys' bytes. `after`: a key, whose conflicts are all passed over, or the `next` of the page before.
   */
  list(prefix: string, after: string | null, limit: number): ConflictListing {
    const start = after === null ? null : placeBehind(after);
    const records = this.objects.listConflicts(conflictsOf() + prefix, start, limit + 1);
    const page = records.slice(0, limit);
    const next = records.length > limit ? page.at(-1)!.key.slice(conflictsOf().length) : null;
    return { conflicts: page.map(toListed), next };
  }

  /** Those of one key, or the one of that revision, the newest first. */
  of(key: string, revision: number | null): LogRecord[] {
    const all = this.objects.listConflicts(conflictsOf(key), null, MOST_CONFLICTS + 1);
    const wanted = revision === null ? all : all.filter((record) => versionOf(record) === revision);
    return wanted.toSorted((a, b) => versionOf(b) - versionOf(a));
  }

  /** The same with its body; null when it has been settled meanwhile. Rejects with a Problem when the body cannot be had. */
  async withBody(conflict: LogRecord): Promise<LogRecord | null> {
    if (conflict.body !== null) return conflict;
    const outcome = await this.objects.get(conflict.key);
    if (outcome.kind === 'absent') return null;
    if (outcome.kind !== 'object') throw problemOf(outcome);
    return outcome.record;
  }

  /** Settles them; the outcome is that of the last one, or the first that was not done. */
  async settle(conflicts: readonly LogRecord[]): Promise<Outcome> {
    let last: Outcome = { kind: 'absent' };
    for (let at = 0; at < conflicts.length; at += WINDOW) {
      const some = conflicts.slice(at, at + WINDOW);
      const outcomes = await Promise.all(some.map(({ key }) => this.objects.delete(key, UNCONDITIONAL)));
      const failed = outcomes.find((outcome) => !isSettled(outcome));
      if (failed !== undefined) return failed;
      last = outcomes.findLast(({ kind }) => kind === 'done') ?? last;
    }
    return last;
  }

  /** After it, a listing has everything that was acknowledged before it. */
  async current(): Promise<void> {
    const outcome = await this.objects.settle();
    if (outcome.kind !== 'current') throw problemOf(outcome);
  }
}

/** Somebody else may have settled it at the same time. */
function isSettled(outcome: Outcome): boolean {
  return outcome.kind === 'done' || (outcome.kind === 'refused' && outcome.record.refusal === 'absent');
}

function placeBehind(after: string): string {
  return after.includes(BETWEEN) ? conflictsOf() + after : conflictsOf(after) + BEHIND_ALL;
}
