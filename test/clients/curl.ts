import type { Surroundings } from './run.js';
import type { Site } from './site.js';

export interface Curled {
  /** curl's exit code. */
  readonly code: number | NodeJS.Signals;
  /** That of the last answer; 0 when there was none. */
  readonly status: number;
  /** What would be on the user's terminal, or in the pipe. */
  readonly output: Buffer;
  readonly errors: string;
}

const STATUS = /\n(\d{3})$/;

/** Runs curl as a user types it, but for the progress bar; and asks it for the status. */
export async function curl(
  site: Site,
  words: readonly string[],
  surroundings: Omit<Surroundings, 'directory'> = {},
): Promise<Curled> {
  const given = ['--silent', '--show-error', '--write-out', '\\n%{http_code}', ...words];
  const { code, output, errors } = await site.run('curl', given, surroundings);
  const status = STATUS.exec(output.toString('latin1'));
  const body = status === null ? output : output.subarray(0, status.index);
  return { code, status: Number(status?.[1] ?? 0), output: body, errors };
}
