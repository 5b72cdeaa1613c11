import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { transpile } from '../lab/transpile.js';

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

  constructor() {
    // Inside node_modules, so that the program finds its packages.
    const cache = resolve('node_modules', '.cache', 'ringlet');
    mkdirSync(cache, { recursive: true });
    this.directory = mkdtempSync(join(cache, 'cli-'));
    this.main = join(transpile('src', this.directory, 'cli'), 'cli', 'main.js');
  }

  start(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Running {
    return startProgram(this.main, words, environment);
  }

  run(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ran> {
    return this.start(words, environment).ended;
  }

  file(name: string): string {
    return join(this.directory, name);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, maxRetries: 5 });
  }
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
