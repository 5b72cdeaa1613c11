/** Between two looks at a server that answers, so that one that hangs is found out within two seconds. */
const LOOK_MS = 750;
const FIRST_MS = 100;
/** Whoever is back is found within five seconds: a look may take one itself. */
const MOST_MS = 2_500;
const MOST_DOUBLINGS = 10;
const JITTER = 0.2;

/** How long to wait before the next look at a server. It goes on for ever, less and less often while there is no answer. */
export class Pauses {
  private failures = 0;

  constructor(
    /** From 0 to 1, so that servers that lost an island together do not come back together. */
    private readonly random: () => number = Math.random,
  ) {}

  afterAnswer(): number {
    this.failures = 0;
    return this.jittered(LOOK_MS);
  }

  afterFailure(): number {
    const pauseMs = Math.min(FIRST_MS * 2 ** this.failures, MOST_MS);
    this.failures = Math.min(this.failures + 1, MOST_DOUBLINGS);
    return this.jittered(pauseMs);
  }

  private jittered(ms: number): number {
    return ms * (1 - JITTER + 2 * JITTER * this.random());
  }
}
