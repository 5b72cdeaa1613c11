import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Guard } from './guard.js';
import type { Exit, Spawn } from './server-process.js';

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
 * by a channel, with its output in its log file. The guard is for those that cannot notice that the channel closes.
 */
export function processSpawn(programs: Programs, guard = new Guard()): Spawn {
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
    const { pid } = child;
    if (pid !== undefined) {
      guard.watch(pid);
      void exited.then(() => guard.forget(pid));
    }
    return { pid: pid ?? 0, exited, signal: (signal) => void child.kill(signal) };
  };
}
