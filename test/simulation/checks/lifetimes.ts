import { IN_DIRECTORY, type LogRecord } from '../../../src/replication/index.js';
import { violation } from '../violation.js';

/** What the committed records say of times to live: who expires has lived as long as it was to, and is the newest of its key. */
export class Lifetimes {
  private readonly newest = new Map<string, LogRecord>();
  private last = 0;

  /** Looks at the next record of the lineage. What follows a gap proves nothing about what came before it. */
  committed(record: LogRecord): void {
    if (record.revision !== this.last + 1) this.newest.clear();
    this.last = record.revision;
    const before = this.newest.get(record.key);
    if (record.kind === 'expire' && before !== undefined) check(before, record);
    if (record.kind === 'put' || record.kind === 'delete' || record.kind === 'expire')
      this.newest.set(record.key, record);
  }
}

function check(before: LogRecord, { revision, modified }: LogRecord): void {
  const { kind, key, expires, replicas } = before;
  // A file ends with its servers.
  if (kind === 'put' && replicas === IN_DIRECTORY) return;
  if (kind !== 'put' || expires === 0 || expires > modified)
    violation(
      'expiry',
      `r${revision} ends ${key} at ${modified}: a ${kind} r${before.revision} for ${expires}`,
    );
}
