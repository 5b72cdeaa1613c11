import type { LogRecord } from './record.js';
import type { ServerId } from './server.js';

/**
 * Each origin's last numbered request. Origins number their requests without gaps and a removed incarnation
 * never returns, so one number an origin is enough to apply every request once.
 */
export class Origins {
  private readonly last = new Map<ServerId, number>();

  lastOf(origin: ServerId): number {
    return this.last.get(origin) ?? 0;
  }

  advance(record: LogRecord): void {
    if (record.origin !== 0) this.last.set(record.origin, record.request);
  }

  /** Takes back records that were dropped from the log. */
  rollback(dropped: readonly LogRecord[]): void {
    for (const { origin, request } of dropped) if (origin !== 0) this.last.set(origin, request - 1);
  }

  /** Forgets the origins that can send no more. */
  retain(isMember: (origin: ServerId) => boolean): void {
    for (const origin of this.last.keys()) if (!isMember(origin)) this.last.delete(origin);
  }

  load(entries: readonly (readonly [ServerId, number])[]): void {
    this.last.clear();
    for (const [origin, request] of entries) this.last.set(origin, request);
  }

  entries(): (readonly [ServerId, number])[] {
    return [...this.last];
  }
}
