import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { programDirectory, transpile } from '../lab/transpile.js';

/** What a command came to. */
export interface Ran {
  readonly code: number | NodeJS.Signals;
  readonly out: string;
  readonly errors: string;
}

/** A command that may still run. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
}

/** The `ringlet` command, made of the present sources, as a program. */
export class CliProgram {
  /** Files of the test may be here as well. */
  readonly directory: string;
  private readonly main: string;
  private readonly children = new Set<ChildProcess>();

  /** `withServer`: with what `ringlet serve` needs. */
  constructor({ withServer = false } = {}) {
    this.directory = programDirectory('cli-');
    let built = '';
    for (const folder of withServer ? [''] : ['client', 'lab', 'multicast', 'cli'])
      built = transpile('src', this.directory, folder);
    this.main = join(built, 'cli', 'main.js');
  }

  /** `input`: what it reads; null leaves that to the caller. Default: nothing. */
  start(
    words: readonly string[],
    environment: NodeJS.ProcessEnv = {},
    input?: string | Buffer | null,
  ): Running {
    const env = { PATH: process.env['PATH'], ...environment };
    const stdin = input === undefined ? 'ignore' : 'pipe';
    const child = spawn(process.execPath, [this.main, ...words], { env, stdio: [stdin, 'pipe', 'pipe'] });
    // It may end without having read all of it.
    child.stdin?.on('error', () => undefined);
    if (input !== undefined && input !== null) child.stdin!.end(input);
    return this.watch(child);
  }

  run(words: readonly string[], environment: NodeJS.ProcessEnv = {}, input?: string | Buffer): Promise<Ran> {
    return this.start(words, environment, input).ended;
  }

  /** On a terminal of so many columns: what is written to the child's input is typed, and its output is what the screen gets. */
  onTerminal(words: readonly string[], environment: NodeJS.ProcessEnv = {}, columns = 80): Running {
    const quoted = [process.execPath, this.main, ...words].map(
      (word) => `'${word.replaceAll("'", "'\\''")}'`,
    );
    const command = `stty cols ${columns} rows 24; exec ${quoted.join(' ')}`;
    const env = { PATH: process.env['PATH'], SHELL: '/bin/sh', TERM: 'xterm', ...environment };
    const child = spawn('script', ['-qefc', command, '/dev/null'], { env, stdio: 'pipe' });
    return this.watch(child);
  }

  file(name: string): string {
    return join(this.directory, name);
  }

  /** Ends what a test has left running, too. */
  remove(): void {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, maxRetries: 5 });
  }

  private watch(child: ChildProcess): Running {
    this.children.add(child);
    child.once('close', () => this.children.delete(child));
    return { child, ended: outcomeOf(child) };
  }
}

/** Whether this machine has what `onTerminal` needs. */
export function hasTerminals(): boolean {
  return spawnSync('script', ['-qefc', 'true', '/dev/null']).status === 0;
}

/** Runs a program of Node.js to its end. */
export function runProgram(
  main: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  return startProgram(main, words, environment).ended;
}

function startProgram(main: string, words: readonly string[], environment: NodeJS.ProcessEnv): Running {
  const env = { PATH: process.env['PATH'], ...environment };
  const child = spawn(process.execPath, [main, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, ended: outcomeOf(child) };
}

async function outcomeOf(child: ChildProcess): Promise<Ran> {
  let out = '';
  let errors = '';
  child.stdout!.on('data', (data) => (out += String(data)));
  child.stderr!.on('data', (data) => (errors += String(data)));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code: code ?? signal!, out, errors };
}
