const FIRST_REST_MS = 250;
const LONGEST_REST_MS = 10_000;
/** Who has sent a call on to another has enough to do, for so long. */
const BUSY_MS = 1_000;

/** What a client knows of one server. */
export class KnownServer {
  readonly origin: string;
  /** In the ring; null before it was told. */
  name: string | null = null;
  /** In the view that was learned last. */
  isMember = false;
  /** It answers clients: as a member that does not, it is asked last. */
  serves = true;
  /** When it was a member last, on the monotonic clock. */
  memberAt = 0;
  /** Of its last health check; Infinity before the first. */
  latencyMs = Infinity;
  private failures = 0;
  private restsUntil = 0;
  private busyUntil = 0;

  /** `isSeed`: the client was told of it by whoever made it. */
  constructor(
    readonly url: URL,
    readonly isSeed: boolean,
  ) {
    this.origin = url.origin;
  }

  /** Its last answer was none, or that it cannot now. Others are asked first until it has done something again. */
  get isFailing(): boolean {
    return this.failures > 0;
  }

  /** It is failing, and it is time to see whether it still is. */
  isDue(now: number): boolean {
    return this.isFailing && now >= this.restsUntil;
  }

  /** It has sent a call on to another one just now. */
  isBusy(now: number): boolean {
    return now < this.busyUntil;
  }

  hasSentOn(now: number): void {
    this.busyUntil = now + BUSY_MS;
  }

  hasFailed(now: number): void {
    const rest = Math.min(FIRST_REST_MS * 2 ** this.failures, LONGEST_REST_MS);
    this.failures++;
    this.restsUntil = now + rest;
  }

  hasSucceeded(): void {
    this.failures = 0;
  }
}
