import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const WAIT_MS = 40_000;

/** A line of `ringlet monitor --json`. */
export interface Told {
  readonly time: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** `ringlet monitor` as a process that writes into a pipe, with all that it wrote. */
export class MonitorProgram {
  output = '';
  errors = '';
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown[]>;
  private wake: () => void = () => undefined;

  constructor(dist: string, words: readonly string[]) {
    const options = { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'pipe'] as const };
    this.child = spawn(process.execPath, [join(dist, 'cli', 'main.js'), 'monitor', ...words], {
      ...options,
      stdio: [...options.stdio],
    });
    this.child.stdout!.on('data', (data) => {
      this.output += String(data);
      this.wake();
    });
    this.child.stderr!.on('data', (data) => (this.errors += String(data)));
    this.closed = once(this.child, 'close');
  }

  get lines(): string[] {
    return this.output.split('\n').slice(0, -1);
  }

  /** Every line parses, or this throws. */
  get told(): Told[] {
    return this.lines.map((line) => JSON.parse(line) as Told);
  }

  /** Waits for more output until what it is asked for is there; fails with all that was written when it does not come. */
  async shows<T>(what: string, find: () => T | undefined): Promise<T> {
    const deadline = AbortSignal.timeout(WAIT_MS);
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (deadline.aborted) throw new Error(`${what} in vain:\n${this.output}\n${this.errors}`);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        deadline.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** The first event of which this holds. */
  tells(event: string, holds: (told: Told) => boolean = () => true): Promise<Told> {
    return this.shows(event, () => this.told.find((told) => told.event === event && holds(told)));
  }

  /** Closes its output, as `head` does when it has seen enough. */
  closeOutput(): void {
    this.child.stdout!.destroy();
  }

  /** The exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | NodeJS.Signals> {
    this.child.kill(signal);
    return this.exit();
  }

  async exit(): Promise<number | NodeJS.Signals> {
    const [code, by] = await this.closed;
    return (code ?? by) as number | NodeJS.Signals;
  }
}
