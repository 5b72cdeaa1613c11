import type { IncomingMessage } from 'node:http';

const NOTHING = Buffer.alloc(0);

export type Received =
  | { readonly kind: 'whole'; readonly body: Buffer }
  /** There is more of it than the limit; the request is paused behind this beginning. */
  | { readonly kind: 'begun'; readonly beginning: Buffer }
  /** The connection ended first. */
  | { readonly kind: 'cut-off' };

/** Collects a body of at most `limit` bytes, or the beginning of a longer one. */
export function receiveBody(request: IncomingMessage, limit: number): Promise<Received> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', collect).on('end', complete).on('close', cutOff);

    function collect(chunk: Buffer): void {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > limit) begun();
    }
    /** The listeners go with the request, which is over: to take them off costs more than they did. */
    function complete(): void {
      resolve({ kind: 'whole', body: join(chunks, bytes) });
    }
    /** Without a pause, what comes while nobody listens would be lost. */
    function begun(): void {
      request.pause();
      request.off('data', collect).off('end', complete).off('close', cutOff);
      resolve({ kind: 'begun', beginning: join(chunks, bytes) });
    }
    /** Comes after the end as well, when it says nothing any more. */
    function cutOff(): void {
      resolve({ kind: 'cut-off' });
    }
  });
}

/** One chunk is kept as it is when its memory is its own; a view would keep the whole of a larger buffer alive. */
function join(chunks: readonly Buffer[], bytes: number): Buffer {
  const [only] = chunks;
  if (only === undefined) return NOTHING;
  const isOwn = chunks.length === 1 && only.buffer.byteLength === only.length;
  return isOwn ? only : Buffer.concat(chunks, bytes);
}
