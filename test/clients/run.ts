import { spawn } from 'node:child_process';
import { text, buffer } from 'node:stream/consumers';

export interface Ended {
  /** The exit code, or the signal that ended the program. */
  readonly code: number | NodeJS.Signals;
  readonly output: Buffer;
  readonly errors: string;
}

export interface Surroundings {
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What the program reads from its standard input. */
  readonly input?: Uint8Array;
}

/** Longer than any timeout of a client's own that a case might run into, so that the client can tell of it. */
const BOUND_MS = 30_000;

/**
 * Runs a program to its end. Of the caller's environment it gets PATH alone, and its home is the directory it runs in:
 * nobody's proxies and settings (`.curlrc`, `.wgetrc`, `ccache.conf`) are part of a test.
 */
export async function run(
  program: string,
  words: readonly string[],
  { directory, environment, input }: Surroundings,
): Promise<Ended> {
  const { PATH } = process.env;
  const child = spawn(program, words, {
    cwd: directory,
    env: { PATH, HOME: directory, LC_ALL: 'C', ...environment },
    timeout: BOUND_MS,
    killSignal: 'SIGKILL',
  });
  // A program may end without having read all of its input.
  child.stdin.on('error', () => undefined).end(input);
  const exit = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal!));
  });
  const [code, output, errors] = await Promise.all([exit, buffer(child.stdout), text(child.stderr)]);
  return { code, output, errors };
}
