import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { guardPaused } from './guard.js';
import type { Child, Exit, Spawn } from './server-process.js';

/** Where things are, for real children. */
export interface Programs {
  /** The server's main module, and what Node is given ahead of it. */
  server: string;
  nodeArguments: string[];
  /** A program, and its words, that becomes the server, once it has changed where that runs. */
  within?: readonly string[];
  /** The servers' working directory, so that no `.env` of the caller's is theirs. */
  directory: string;
}

export const builtPrograms = (directory: string): Programs => ({
  server: fileURLToPath(new URL('../main.js', import.meta.url)),
  nodeArguments: ['--import', new URL('./leash.js', import.meta.url).href],
  directory,
});

/**
 * Starts servers as processes, each in a session of its own (so that a Ctrl+C reaches the lab alone), tied to the lab
 * by a channel, with its output in its log file.
 */
export function processSpawn(programs: Programs): Spawn {
  return (environment, logFile) => {
    const log = openSync(logFile, 'a');
    const { within = [], nodeArguments, server } = programs;
    const [program, ...words] = [...within, process.execPath, ...nodeArguments, server];
    const child = spawn(program!, words, {
      cwd: programs.directory,
      env: environment,
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    });
    closeSync(log);
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
      child.once('error', (error) => {
        appendFileSync(logFile, `${error.message}\n`);
        resolve({ code: 127, signal: null });
      });
    });
    return withGuard(child.pid ?? 0, exited, (signal) => child.kill(signal));
  };
}

function withGuard(pid: number, exited: Promise<Exit>, send: (signal: NodeJS.Signals) => void): Child {
  let dismiss: (() => void) | undefined;
  const release = () => {
    dismiss?.();
    dismiss = undefined;
  };
  void exited.then(release);
  return {
    pid,
    exited,
    signal(signal) {
      if (signal === 'SIGSTOP') dismiss ??= guardPaused(pid);
      send(signal);
      if (signal === 'SIGCONT') release();
    },
  };
}
