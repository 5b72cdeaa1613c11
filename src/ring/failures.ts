/** Handshakes that a host may fail at once, and how fast it is forgiven. */
const BURST = 200;
const FORGIVEN_PER_SECOND = 50;
const MAX_HOSTS = 1_024;

interface Count {
  failures: number;
  at: number;
}

/** Bounds the rate at which a host may fail handshakes (a leaky bucket for each), so that trying costs it more than us. */
export class Failures {
  private readonly counts = new Map<string, Count>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  areTooMany(host: string): boolean {
    return this.level(host) >= BURST;
  }

  count(host: string): void {
    const failures = this.level(host) + 1;
    this.counts.delete(host);
    this.counts.set(host, { failures, at: this.now() });
    if (this.counts.size <= MAX_HOSTS) return;
    const [oldest] = this.counts.keys();
    this.counts.delete(oldest!);
  }

  private level(host: string): number {
    const count = this.counts.get(host);
    if (count === undefined) return 0;
    const forgiven = ((this.now() - count.at) / 1_000) * FORGIVEN_PER_SECOND;
    return Math.max(0, count.failures - forgiven);
  }
}
