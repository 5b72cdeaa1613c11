import { columnsOf } from './look.js';
import { headOf } from './text-width.js';
import { formatBytes } from './units.js';

const BAR_CHARACTERS = 24;
/** How often it is drawn at most. */
const DRAW_MS = 100;
/** A total that is an estimate is never said to be reached before the end. */
const MOST_BEFORE_THE_END = 0.99;
/** What takes longer is worth a bar. */
export const LONG_MS = 500;
const CLEAR_LINE = '\r\u001B[K';

/** Where progress is shown. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** A bar on a terminal, and nothing elsewhere. */
export class Progress {
  private drawnAt = -Infinity;
  private isDrawn = false;
  private readonly startedAt = performance.now();

  constructor(
    private readonly screen: Screen,
    private readonly title: string,
    /** What is done sooner shows nothing. */
    private readonly afterMs = 0,
  ) {}

  /** `total`: 0 while it is not known. */
  show(bytes: number, total: number): void {
    const now = performance.now();
    const isEarly = now - this.startedAt < this.afterMs || now - this.drawnAt < DRAW_MS;
    if (this.screen.isTTY !== true || isEarly) return;
    this.drawnAt = now;
    this.isDrawn = true;
    const perSecond = bytes / Math.max((now - this.startedAt) / 1000, 0.001);
    const text = `${this.title} ${barOf(bytes, total)} ${formatBytes(bytes)}, ${formatBytes(Math.round(perSecond))}/s`;
    // A line that wraps cannot be taken away again.
    this.screen.write(CLEAR_LINE + headOf(text, columnsOf(this.screen) - 1));
  }

  /** Takes it away again. */
  end(): void {
    if (this.isDrawn) this.screen.write(CLEAR_LINE);
    this.isDrawn = false;
  }
}

/** `[######------]  50%` */
export function barOf(bytes: number, total: number): string {
  const share = total > 0 ? Math.min(bytes / total, MOST_BEFORE_THE_END) : 0;
  const full = Math.floor(share * BAR_CHARACTERS);
  const bar = '#'.repeat(full) + '-'.repeat(BAR_CHARACTERS - full);
  return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)}%`;
}
