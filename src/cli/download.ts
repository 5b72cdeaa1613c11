import { type ObjectReader, RingletError } from '../client/index.js';
import { Failure } from './failure.js';
import type { Progress } from './progress.js';
import type { Target } from './target.js';

/** The object may be written anew while it is read; then it is read anew. */
const MOST_ATTEMPTS = 5;

/** An object, or an archive of some. */
export type Reader = Pick<ObjectReader, 'length' | 'body' | 'discard'>;

/**
 * Reads an object into a target, which has it only once it is whole. Null when there is none, and then no target is opened.
 *
 * @throws Failure
 */
export async function download<T extends Reader>(
  read: () => Promise<T | null>,
  openTarget: () => Promise<Target>,
  progress: Progress,
): Promise<T | null> {
  let reader = await read();
  if (reader === null) return null;
  const target = await openTarget().catch((error: unknown) => {
    reader?.discard();
    throw error;
  });
  try {
    for (let attempt = 1; reader !== null; attempt++) {
      if (await copy(reader, target, progress, attempt === MOST_ATTEMPTS)) return reader;
      reader = await read();
    }
    return null;
  } finally {
    progress.end();
    await target.close();
  }
}

/** False when it has to begin anew. */
async function copy(reader: Reader, target: Target, progress: Progress, isLast: boolean): Promise<boolean> {
  try {
    await pour(reader, target, progress);
    return true;
  } catch (error) {
    const hasChanged = error instanceof RingletError && error.code === 'object_changed';
    if (hasChanged && !isLast && (await target.restart())) return false;
    throw error;
  } finally {
    reader.discard();
  }
}

async function pour(reader: Reader, target: Target, progress: Progress): Promise<void> {
  let bytes = 0;
  for await (const chunk of reader.body as AsyncIterable<Buffer>) {
    await target.write(chunk);
    bytes += chunk.length;
    progress.show(bytes, reader.length);
  }
  if (bytes !== reader.length)
    throw new Failure(`Only ${bytes} of ${reader.length} bytes have come: try again.`);
  await target.commit();
}
