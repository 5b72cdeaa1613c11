import type { CommonOptions, Context } from './context.js';
import { openDestination, STDOUT } from './destination.js';
import { download, type Reader } from './download.js';
import { EXIT, Failure } from './failure.js';
import { LONG_MS, Progress } from './progress.js';

export interface SaveOptions extends CommonOptions {
  readonly output?: string;
}

export interface Saved<T> {
  readonly head: T;
  /** Null when it went to standard output. */
  readonly file: string | null;
}

/** Reads an object to where the options say. Null when there is none. @throws Failure */
export async function save<T extends Reader>(
  key: string,
  read: () => Promise<T | null>,
  { output, json }: SaveOptions,
  context: Context,
): Promise<Saved<T> | null> {
  const isFile = output !== undefined && output !== STDOUT;
  if (json === true && !isFile)
    throw new Failure('--json tells of a file that was saved: say -o FILE as well.', EXIT.usage);
  let file: string | null = null;
  const openTarget = async () => {
    const target = await openDestination(output, key, context);
    if (isFile) file = target.name;
    return target;
  };
  const head = await download(read, openTarget, new Progress(context.stderr, 'get', LONG_MS));
  return head && { head, file };
}
