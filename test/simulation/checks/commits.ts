import type { LogRecord } from '../../../src/replication/index.js';
import { violation } from '../violation.js';

/** What is committed in the lineage: one record for each revision, one revision for each request. */
export class Commits {
  private readonly records = new Map<number, LogRecord>();
  private readonly puts = new Map<string, LogRecord>();
  private readonly revisions = new Map<string, number>();

  committed(record: LogRecord): void {
    const known = this.records.get(record.revision);
    if (known !== undefined) {
      if (!isSame(known, record))
        violation('commits', `two records r${record.revision}: ${show(known)} and ${show(record)}`);
      return;
    }
    this.records.set(record.revision, record);
    if (record.kind === 'put') this.puts.set(record.digest, record);
    if (record.origin !== 0) this.once(record);
  }

  /** What became of the put that carried this digest; null when it never changed anything. */
  putOf(digest: string): LogRecord | null {
    return this.puts.get(digest) ?? null;
  }

  private once(record: LogRecord): void {
    const request = `${record.origin}#${record.request}`;
    const known = this.revisions.get(request);
    if (known !== undefined)
      violation('exactly once', `request ${request} is both r${known} and r${record.revision}`);
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
    a.floor === b.floor
  );
}

export function show(record: LogRecord): string {
  const { body: _, ...rest } = record;
  return JSON.stringify(rest);
}
