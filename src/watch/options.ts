/** What watching may take of a server. */
export interface WatchOptions {
  /** Committed records, refusals among them, that the history reaches back at most. */
  readonly historyRecords: number;
  /** Bytes that the history weighs at most. */
  readonly historyBytes: number;
  /** Clients that watch at the same time. */
  readonly maxStreams: number;
  readonly heartbeatMs: number;
  /** How long clients are asked to wait before they come back. */
  readonly retryMs: number;
}

export const WATCH_OPTIONS = Symbol('WATCH_OPTIONS');

export const DEFAULT_WATCH_OPTIONS: WatchOptions = Object.freeze({
  historyRecords: 65_536,
  historyBytes: 16 * 2 ** 20,
  maxStreams: 1000,
  heartbeatMs: 15_000,
  retryMs: 1000,
});
