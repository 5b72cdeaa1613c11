import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { isFree } from '../../../src/lab/ports.js';
import { until } from '../../../src/lab/wait.js';

/** The lab as a process, or what the program `within` makes of that, with all that it wrote. */
export class LabProgram {
  output = '';
  errors = '';
  private hasEnded = false;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly closed: Promise<unknown[]>;

  constructor(
    dist: string,
    words: readonly string[],
    environment: NodeJS.ProcessEnv = {},
    within: readonly string[] = [],
  ) {
    const [program, ...rest] = [...within, process.execPath, join(dist, 'lab', 'main.js'), ...words];
    this.child = spawn(program!, rest, {
      env: { ...process.env, ...environment },
    });
    this.child.stdout.on('data', (data) => (this.output += String(data)));
    this.child.stderr.on('data', (data) => (this.errors += String(data)));
    this.child.stdin.on('error', () => undefined);
    this.child.once('close', () => (this.hasEnded = true));
    this.closed = once(this.child, 'close');
  }

  /** Its output without what it tells of the servers, which may come between any two lines of the rest. */
  get answers(): string {
    return this.output.replace(/^\d\d:\d\d:\d\d\.\d{3}  .*\n/gm, '');
  }

  /** Gives it these lines, and no more. */
  script(...lines: string[]): this {
    this.child.stdin.end(lines.join('\n'));
    return this;
  }

  type(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  /** What the pattern matched in the output, as soon as it does. */
  async shows(pattern: RegExp, boundMs = 30_000): Promise<RegExpExecArray> {
    await until(() => pattern.test(this.output) || this.hasEnded, boundMs, 20);
    const match = pattern.exec(this.output);
    if (!match) throw new Error(`No ${pattern} in ${boundMs} ms:\n${this.output}\n${this.errors}`);
    return match;
  }

  /** Nobody reads its output any more. */
  deafen(): void {
    this.child.stdout.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The exit code, or the signal that ended it. */
  async exit(): Promise<number | NodeJS.Signals> {
    const [code, signal] = await this.closed;
    return (code ?? signal) as number | NodeJS.Signals;
  }

  /** The process ids in the last table of `status`. */
  pids(): number[] {
    const heading = this.output.lastIndexOf('objects  pid');
    const rows = this.output.slice(heading).matchAll(/^\d+ .* (\d+)$/gm);
    return [...rows].map(([, pid]) => Number(pid));
  }
}

/** Whether the process is there and no zombie. */
export const isAlive = (pid: number): boolean =>
  /^\s*[^Z\s]/.test(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout);

export const allGone = (pids: readonly number[], boundMs = 5_000): Promise<boolean> =>
  until(() => !pids.some(isAlive), boundMs, 50);

/** Free ports in a row, the highest first, below those that the system hands out itself. */
export async function freePorts(count: number): Promise<number[]> {
  for (let tries = 0; tries < 100; tries++) {
    const highest = 15_000 + Math.floor(Math.random() * 12_000);
    const ports = Array.from({ length: count }, (_, index) => highest - index);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return ports;
  }
  throw new Error('No free ports');
}
