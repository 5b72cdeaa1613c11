import type { Random } from './random.js';
import type { World } from './world.js';

/** What lies between the hosts: which ways are cut, which are slow, and how long a parcel takes now. */
export class Wires {
  private readonly cuts: Int32Array;
  private readonly slowMs: Float64Array;
  private readonly onHeal: (() => void)[] = [];
  private bulkIsSlow = true;

  constructor(
    readonly world: World,
    readonly random: Random,
    private readonly hosts: number,
  ) {
    this.cuts = new Int32Array(hosts * hosts);
    this.slowMs = new Float64Array(hosts * hosts);
  }

  isCut(from: number, to: number): boolean {
    return this.cuts[from * this.hosts + to]! > 0;
  }

  /** Cuts may overlap: a way is open when all of them are healed. */
  cut(from: number, to: number): void {
    this.cuts[from * this.hosts + to]! += 1;
  }

  heal(from: number, to: number): void {
    this.cuts[from * this.hosts + to]! -= 1;
    if (!this.isCut(from, to)) this.tell();
  }

  slow(from: number, to: number, ms: number): void {
    this.slowMs[from * this.hosts + to] = ms;
  }

  healAll(): void {
    this.cuts.fill(0);
    this.slowMs.fill(0);
    this.bulkIsSlow = false;
    this.tell();
  }

  /** Whoever holds back what could not be sent tries again when something was healed. */
  retryOnHeal(retry: () => void): void {
    this.onHeal.push(retry);
  }

  /** Mostly well below a millisecond, seldom near one; a slow way adds up to what it was set to. */
  delay(from: number, to: number): number {
    const { random } = this;
    const fraction = random.fraction();
    const slow = this.slowMs[from * this.hosts + to]!;
    const base = 0.05 + 0.95 * fraction * fraction * fraction;
    return slow === 0 ? base : base + slow * random.between(0.5, 1);
  }

  /** What a piece of a large body takes longer on a bulk lane that lags so far behind, until all is healed. */
  bulkDelay(lagMs: number): number {
    return this.bulkIsSlow && lagMs > 0 ? this.random.between(0, lagMs) : 0;
  }

  private tell(): void {
    for (const retry of this.onHeal.splice(0)) retry();
  }
}
