/** How often something may be done: so many times at once, and so many times a second from then on (a token bucket). */
export class Budget {
  private left: number;
  private at = 0;

  constructor(private readonly perSecond: number) {
    this.left = perSecond;
  }

  /** @param now monotonic milliseconds */
  take(now: number): boolean {
    this.left = Math.min(this.perSecond, this.left + ((now - this.at) * this.perSecond) / 1000);
    this.at = now;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
