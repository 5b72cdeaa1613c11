import type { Context } from './context.js';
import { EXIT, Failure, isCode, reasonOf } from './failure.js';

/** Whoever read the output has closed it, as `head` does: there is nothing to tell anybody. */
export class ReaderGone extends Failure {
  constructor() {
    super('', EXIT.failed);
  }
}

/** Writes to standard output at the pace of whoever reads it. Rejects when the command is interrupted meanwhile. */
export function write({ stdout, signal }: Context, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    stdout.write(chunk, (error) => {
      signal.removeEventListener('abort', stop);
      if (error) reject(complaintOf(error));
      else resolve();
    });
  });
}

export function writeLine(context: Context, line: string): Promise<void> {
  return write(context, `${line}\n`);
}

function complaintOf(error: Error): Failure {
  if (isCode(error, 'EPIPE') || isCode(error, 'ERR_STREAM_DESTROYED')) return new ReaderGone();
  return new Failure(
    `Standard output cannot be written (${reasonOf(error)}): make room, or write somewhere else.`,
  );
}
