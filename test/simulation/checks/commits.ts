import { isConflict, subjectOf, type LogRecord } from '../../../src/replication/index.js';
import { violation } from '../violation.js';
import { Lifetimes } from './lifetimes.js';

interface Committed {
  readonly record: LogRecord;
  /** When it was first passed on; 0 when it never was. */
  readonly numberedAt: number;
  readonly at: number;
}

/** What is committed in the lineage: one record for each revision, one revision for each request. */
export class Commits {
  private readonly records = new Map<number, LogRecord>();
  private readonly puts = new Map<string, Committed>();
  private readonly numbered = new Map<string, number>();
  private readonly revisions = new Map<string, number>();
  private readonly lifetimes = new Lifetimes();

  /** @param at when it was, in the numbers of the history */
  committed(record: LogRecord, at: () => number): void {
    const known = this.records.get(record.revision);
    if (known !== undefined) {
      if (!isSame(known, record))
        violation('commits', `two records r${record.revision}: ${show(known)} and ${show(record)}`);
      return;
    }
    this.records.set(record.revision, record);
    if (record.kind === 'put' && !isConflict(record.key)) {
      const numberedAt = this.numbered.get(record.digest) ?? 0;
      this.puts.set(record.digest, { record, numberedAt, at: at() });
    }
    if (record.origin !== 0) this.once(`request ${record.origin}#${record.request}`, record);
    if (record.token !== '') this.token(record);
    this.lifetimes.committed(record);
  }

  /** The primary passes it on: before that, nobody can have it. */
  passedOn({ kind, digest }: LogRecord, at: () => number): void {
    if (kind === 'put' && !this.puts.has(digest) && !this.numbered.has(digest))
      this.numbered.set(digest, at());
  }

  /** What became of the put that carried this digest; null when it never changed anything. */
  putOf(digest: string): Committed | null {
    return this.puts.get(digest) ?? null;
  }

  /** The first request with an Idempotency-Key is done, or refused, and all that follow stand for it. */
  private token(record: LogRecord): void {
    if (record.kind !== 'repeat') return this.once(`token ${record.token}`, record);
    const first = this.records.get(record.of);
    if (
      first !== undefined &&
      (first.token !== record.token || subjectOf(first.key) !== subjectOf(record.key))
    )
      violation('exactly once', `${show(record)} does not repeat ${show(first)}`);
  }

  private once(request: string, record: LogRecord): void {
    const known = this.revisions.get(request);
    if (known !== undefined)
      violation('exactly once', `${request} is both r${known} and r${record.revision}`);
    this.revisions.set(request, record.revision);
  }
}

export function isSame(a: LogRecord, b: LogRecord): boolean {
  return (
    a.revision === b.revision &&
    a.origin === b.origin &&
    a.request === b.request &&
    a.kind === b.kind &&
    a.key === b.key &&
    a.digest === b.digest &&
    a.size === b.size &&
    a.modified === b.modified &&
    a.replaced === b.replaced &&
    a.refusal === b.refusal &&
    a.floor === b.floor &&
    a.expires === b.expires &&
    a.token === b.token &&
    a.of === b.of
  );
}

export function show(record: LogRecord): string {
  const { body: _, ...rest } = record;
  return JSON.stringify(rest);
}
