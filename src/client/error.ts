/**
 * What kind of failure it is, for those who do not want to know each code:
 * - `usage`: the call cannot be made so, whatever the ring does (a bad key, header or option);
 * - `not-found`: there is no such thing, where that is no ordinary answer;
 * - `precondition`: a condition does not hold;
 * - `unauthorized`: another token is needed;
 * - `unreachable`: no server has answered;
 * - `unavailable`: servers have answered, and none could do it in time;
 * - `refused`: for any other reason, which asking again does not change.
 */
export type FailureKind =
  'usage' | 'not-found' | 'precondition' | 'unauthorized' | 'unreachable' | 'unavailable' | 'refused';

/** What a server was asked and what came of it. */
export interface Attempt {
  /** Its origin. */
  readonly server: string;
  /** Null when it did not answer. */
  readonly status: number | null;
  /** Of its problem; null without one. */
  readonly code: string | null;
  /** In a few words: what its problem said, or why there was no answer. */
  readonly said: string;
}

/**
 * Why a call has failed. `message` is a sentence that says what to do, and names the servers that were tried when none of
 * them could.
 */
export class RingletError extends Error {
  override readonly name = 'RingletError';

  constructor(
    readonly kind: FailureKind,
    /**
     * Stable. The `code` of the server's problem (`no_quorum`, `storage_full`, …; docs: `GET /docs`), or one of the client's own:
     * `unreachable`, `unavailable`, `key_empty`, `key_too_long`, `key_control_character`, `bad_option`, `closed`, `no_server`, `several_rings`, `too_many_requests`,
     * `body_failed`, `body_not_replayable`, `object_changed`, `read_broken`, `bad_answer`, `refused`.
     */
    readonly code: string,
    message: string,
    readonly details: FailureDetails = {},
  ) {
    super(message, { cause: details.cause });
  }

  /** The HTTP status of the last answer; null when there was none. */
  get status(): number | null {
    return this.details.status ?? null;
  }

  /** The same call may succeed later. */
  get retryable(): boolean {
    return this.kind === 'unreachable' || this.kind === 'unavailable';
  }

  /** Of a write: whether it is certain that it was not done. A call with the same idempotency key finds out. */
  get outcome(): 'not-done' | 'unknown' {
    return this.details.outcome ?? 'not-done';
  }

  /** The servers that were tried, in order. */
  get attempts(): readonly Attempt[] {
    return this.details.attempts ?? [];
  }
}

export interface FailureDetails {
  readonly status?: number | null;
  readonly outcome?: 'not-done' | 'unknown';
  readonly attempts?: readonly Attempt[];
  readonly cause?: unknown;
}
