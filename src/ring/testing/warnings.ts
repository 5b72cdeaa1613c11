import { Logger } from '@nestjs/common';

/** Test support: catches what is logged, in all of this process; only warnings are kept. */
export class Warnings {
  readonly lines: string[] = [];
  private readonly waiting = new Set<() => void>();

  static catch(): Warnings {
    const warnings = new Warnings();
    const warn = (line: string) => warnings.add(line);
    Logger.overrideLogger({
      log: ignore,
      error: ignore,
      debug: ignore,
      verbose: ignore,
      fatal: ignore,
      warn,
    });
    return warnings;
  }

  /** Takes the oldest one out, or the next to come. */
  async next(): Promise<string> {
    while (this.lines.length === 0) await new Promise<void>((resolve) => this.waiting.add(resolve));
    return this.lines.shift()!;
  }

  private add(line: string): void {
    this.lines.push(line);
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}

function ignore(): void {}
