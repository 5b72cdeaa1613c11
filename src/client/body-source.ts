import { Readable } from 'node:stream';

import { RingletError } from './error.js';
import type { Body } from './options.js';

/** Bodies in memory up to this size go at once; larger ones in pieces, so that it shows whether the server takes them. */
export const SMALL_BYTES = 64 * 1024;

/** The body of a request, for each of its attempts. */
export interface BodySource {
  /** Bytes; undefined when nobody knows. */
  readonly size: number | undefined;
  /** The whole body, if it is small. */
  readonly small: Uint8Array | null;
  /** It can be read no more: it was a stream, and some of it has left. */
  readonly isSpent: boolean;
  open(): AsyncIterable<Uint8Array>;
  /** It is not needed any more. */
  close(): void;
}

const nothing = (): void => undefined;

/** @throws RingletError `bad_option` */
export function sourceOf(body: Body, size?: number): BodySource {
  if (typeof body === 'function')
    return { size, small: null, isSpent: false, open: () => checked(body(), size), close: nothing };
  if (body instanceof Readable) return new OnceSource(body, size);
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  if (!(bytes instanceof Uint8Array))
    throw new RingletError(
      'usage',
      'bad_option',
      'A body is a string, bytes, a stream, or a function that gives one.',
    );
  const small = bytes.length <= SMALL_BYTES ? bytes : null;
  return { size: bytes.length, small, isSpent: false, open: () => slices(bytes), close: nothing };
}

/** A stream that there is only once. */
class OnceSource implements BodySource {
  readonly small = null;
  isSpent = false;

  constructor(
    private readonly stream: Readable,
    readonly size: number | undefined,
  ) {
    // It may fail before anybody reads it, and is then found to have failed.
    stream.on('error', nothing);
  }

  open(): AsyncIterable<Uint8Array> {
    this.isSpent = true;
    return checked(this.stream, this.size);
  }

  close(): void {
    this.stream.destroy();
  }
}

/** @throws RingletError `body_failed` */
async function* checked(stream: Readable, size: number | undefined): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const part of stream) {
      const chunk = typeof part === 'string' ? Buffer.from(part) : (part as Uint8Array);
      bytes += chunk.length;
      if (size !== undefined && bytes > size) break;
      yield chunk;
    }
  } catch (error) {
    throw failed(`could not be read (${error instanceof Error ? error.message : String(error)})`, error);
  }
  if (size !== undefined && bytes !== size)
    throw failed(`has ${bytes > size ? 'more than' : `${bytes} instead of`} ${size} bytes`);
}

async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += SMALL_BYTES) yield bytes.subarray(at, at + SMALL_BYTES);
}

function failed(what: string, cause?: unknown): RingletError {
  return new RingletError('usage', 'body_failed', `Nothing was stored, as the body ${what}.`, { cause });
}
