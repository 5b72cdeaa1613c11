import { isSameStamp, type Stamp } from './shared-entry.js';

/** A file that has not changed for so long is taken for complete. */
export const SETTLE_MS = 500;
/** One that changed while it was read is left alone for so many times what that took, as somebody may append to it all the time. */
const REST = 4;

/** Tells files that somebody may be writing from those that are complete. */
export class Settling {
  /** Files that were changed just now, as they were when that was noticed. */
  private readonly fresh = new Map<string, { readonly stamp: Stamp; readonly since: number }>();

  /** Until when those are left alone that changed while they were read; monotonic milliseconds. */
  private readonly resting = new Map<string, number>();

  /**
   * By the clock of who wrote it, if that is of use, else by having been looked at before.
   *
   * @param wall milliseconds since the epoch
   * @param now monotonic milliseconds
   */
  isSettled(key: string, stamp: Stamp, wall: number, now: number): boolean {
    if (now < (this.resting.get(key) ?? now)) return false;
    const before = this.fresh.get(key);
    const isOld = wall - Math.max(stamp.modifiedMs, stamp.changedMs) >= SETTLE_MS;
    const hasStayed =
      before !== undefined && isSameStamp(before.stamp, stamp) && now - before.since >= SETTLE_MS;
    if (isOld || hasStayed) return this.forget(key);
    if (before === undefined || !isSameStamp(before.stamp, stamp)) this.fresh.set(key, { stamp, since: now });
    return false;
  }

  /** It has changed while it was read. @param now when that ended @param tookMs how long it was */
  changed(key: string, now: number, tookMs: number): void {
    this.resting.set(key, now + REST * tookMs);
  }

  forget(key: string): true {
    this.fresh.delete(key);
    this.resting.delete(key);
    return true;
  }
}
