/** So often … */
const MOST = 5;
/** … in so long. */
const SPAN_MS = 60_000;

/** Bounds how often people are told of something that may change without end. */
export class Pace {
  private readonly times: number[] = [];

  /** @param now milliseconds */
  allows(now: number): boolean {
    if (this.times.length === MOST && now - this.times[0]! < SPAN_MS) return false;
    this.times.push(now);
    if (this.times.length > MOST) this.times.shift();
    return true;
  }
}
