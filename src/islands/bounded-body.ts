import type { IncomingMessage } from 'node:http';

import { CallError } from './caller.js';

/** What a body of another island may take in all, besides … */
const GRACE_MS = 2_000;
/** … what its bytes take at the least pace. Bodies of clients have to keep the same one. */
const BYTES_PER_SECOND = 16 * 1024;
const SECOND_MS = 1_000;
/** However fast it came before, nothing may come for so long. */
const MOST_SILENCE_MS = 30_000;
/** Of a body that nobody wants, so much is read so that the connection can go on. */
const DROPPED_BYTES = 16 * 1024;

/**
 * The body of an answer, as it comes. Only the time is counted in which it is waited for, so a slow reader is no reason to give it up.
 *
 * @throws CallError when it is too slow, or ends before its length
 */
export async function* pacedBody(message: IncomingMessage): AsyncGenerator<Uint8Array, undefined> {
  const chunks = message[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let leftMs = GRACE_MS;
  try {
    for (;;) {
      const since = performance.now();
      const timer = setTimeout(
        () => message.destroy(new CallError('late', 'its body came too slowly')),
        leftMs,
      );
      const { done, value } = await chunks.next().finally(() => clearTimeout(timer));
      if (done === true) return;
      const earnedMs = (value.length / BYTES_PER_SECOND) * SECOND_MS;
      leftMs = Math.min(leftMs + earnedMs - (performance.now() - since), MOST_SILENCE_MS);
      yield value;
    }
  } catch (error) {
    throw error instanceof CallError ? error : endedEarly();
  } finally {
    message.destroy();
  }
}

/**
 * The same of a body that is as long as was said: a call that is given up ends some as if that were all of them.
 *
 * @throws CallError as it does
 */
export async function* exactBody(message: IncomingMessage, size: number): AsyncGenerator<Uint8Array, void> {
  let left = size;
  for await (const chunk of pacedBody(message)) {
    left -= chunk.length;
    yield chunk;
  }
  if (left !== 0) throw endedEarly();
}

/**
 * The whole of a body of at most `limit` bytes.
 *
 * @throws CallError when there is more of it, when not all of it has come within `withinMs`, or when it ends before its length
 */
export async function wholeBody(message: IncomingMessage, limit: number, withinMs: number): Promise<Buffer> {
  const late = (): void =>
    void message.destroy(new CallError('late', 'it did not send all of its answer in time'));
  const timer = setTimeout(late, withinMs);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of pacedBody(message)) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > limit) throw new CallError('useless', 'its answer is too large');
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks, bytes);
}

/** Nobody wants this body, if there is any. A short one is read, so that its connection may be used again. */
export function dropBody(message: IncomingMessage, hasBody = message.statusCode !== 304): void {
  const length = Number(message.headers['content-length'] ?? Number.NaN);
  if (hasBody && !(length <= DROPPED_BYTES)) return void message.destroy();
  const timer = setTimeout(() => message.destroy(), GRACE_MS);
  message.once('close', () => clearTimeout(timer)).resume();
}

export function endedEarly(): CallError {
  return new CallError('broken', 'its body ended before its length');
}
