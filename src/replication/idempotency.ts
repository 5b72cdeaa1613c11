import type { Journal } from './journal.js';
import { NO_META, type LogRecord } from './record.js';

/** Requests whose outcome is remembered. */
export const IDEMPOTENCY_KEYS = 10_000;
/** For how long they are remembered, in the time of the primaries that numbered them. */
export const IDEMPOTENCY_WINDOW_MS = 10 * 60_000;

/**
 * The outcomes of requests that carried an Idempotency-Key, so that one that is sent again, through whichever
 * server, is done once (draft-ietf-httpapi-idempotency-key-header). What is remembered of committed requests follows from
 * the committed records alone: all servers remember and forget the same ones at the same place of the order.
 */
export class Idempotency {
  /** Of committed records, in revision order. */
  private readonly done = new Map<string, LogRecord>();
  /** Of records that are not committed yet. */
  private readonly dirty = new Map<string, LogRecord>();

  constructor(private readonly journal: Journal) {}

  /** What became of the request that had this key first. */
  find(token: string): LogRecord | undefined {
    return token === '' ? undefined : (this.dirty.get(token) ?? this.done.get(token));
  }

  stored(record: LogRecord): void {
    if (isFirst(record)) this.dirty.set(record.token, record);
  }

  committed(record: LogRecord): void {
    if (isFirst(record)) {
      if (this.dirty.get(record.token)?.revision === record.revision) this.dirty.delete(record.token);
      this.remember(record);
    }
    if (this.done.size > 0) this.forget(record.modified - IDEMPOTENCY_WINDOW_MS);
  }

  /** Takes back records that were dropped from the log. */
  rollback(dropped: readonly LogRecord[]): void {
    for (const { token, revision } of dropped)
      if (this.dirty.get(token)?.revision === revision) this.dirty.delete(token);
  }

  /** Takes in what another server remembers. */
  load(records: readonly LogRecord[]): void {
    for (const record of records) this.remember(record);
  }

  /** Takes in what this server's disk remembers. */
  resume(records: readonly LogRecord[]): void {
    for (const record of records) this.done.set(record.token, record);
  }

  /** All that is remembered of committed requests, oldest first, without what only objects need. */
  entries(): IterableIterator<LogRecord> {
    return this.done.values();
  }

  private remember(record: LogRecord): void {
    const slim = { ...record, type: '', meta: NO_META, size: 0, body: null };
    this.drop(record.token);
    this.done.set(record.token, slim);
    this.journal.put('done', slim);
  }

  private drop(token: string): void {
    const known = this.done.get(token);
    if (known === undefined) return;
    this.done.delete(token);
    this.journal.drop('done', known.revision);
  }

  private forget(before: number): void {
    for (const [token, { modified }] of this.done) {
      if (modified >= before && this.done.size <= IDEMPOTENCY_KEYS) return;
      this.drop(token);
    }
  }
}

/** Whether the record is what became of the first request with its Idempotency-Key. */
function isFirst({ token, kind, refusal }: LogRecord): boolean {
  return token !== '' && kind !== 'repeat' && refusal !== 'reused';
}
