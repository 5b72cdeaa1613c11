import { ringLines } from '../processes/index.js';
import type { Scene } from './scene.js';

interface Sample {
  readonly ms: number;
  readonly where: string;
  /** What the servers logged meanwhile. */
  readonly log: readonly string[];
}

const MOST_SHOWN = 3;
const LOG_MARGIN_MS = 100;

/** Durations of one kind, and how long they may be. */
export class Samples {
  private readonly samples: Sample[] = [];

  constructor(
    readonly what: string,
    /** Milliseconds; for the 99th percentile. */
    readonly reach: number | undefined,
  ) {}

  /** `wall`: when it began, as in the logs. */
  add(ms: number, { name, ring }: Scene, server: string, wall: number): void {
    const isLong = this.reach !== undefined && ms > this.reach;
    const log = isLong ? ringLines(ring.servers, wall, wall + ms + LOG_MARGIN_MS) : [];
    this.samples.push({ ms, where: `${name}, at ${server}`, log });
  }

  get isMissed(): boolean {
    return this.reach !== undefined && this.percentile(99) > this.reach;
  }

  row(): string {
    const { length } = this.samples;
    const figures = length === 0 ? ['', '', ''] : [50, 99, 100].map((part) => show(this.percentile(part)));
    const reach = this.reach === undefined ? '' : `p99 ≤ ${this.reach}${this.isMissed ? ', missed' : ''}`;
    const cells = [String(length), ...figures].map((cell) => cell.padStart(8));
    return `${this.what.padEnd(44)}${cells.join('')}   ${reach}`;
  }

  /** Where the time went in the longest of those beyond the reach. */
  explain(): string[] {
    const slow = this.samples.filter(({ log }) => log.length > 0).toSorted((a, b) => b.ms - a.ms);
    return slow
      .slice(0, MOST_SHOWN)
      .flatMap(({ ms, where, log }) => [`${this.what}: ${show(ms)} ms (${where})`, ...log]);
  }

  /** The smallest value that so many per cent do not exceed. */
  private percentile(percent: number): number {
    const sorted = this.samples.map(({ ms }) => ms).toSorted((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
  }
}

const show = (ms: number): string => (ms < 10 ? ms.toFixed(1) : String(Math.round(ms)));
