import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';

import type { Body, Pieces } from '../replication/index.js';

/** What is given to a connection at a time, so that a slow reader costs no more, and is seen to read. */
const SLICE_BYTES = 64 * 1024;

/** Ends an answer with the bytes of a body from `first` to before `end`, all of which are in memory unless the answer is to a HEAD. */
export function endWithBody(response: ServerResponse, body: Body, first: number, end: number): void {
  if (!(body instanceof Uint8Array)) endWithPieces(response, body, first, end);
  else if (end - first === body.length) response.end(body);
  else response.end(body.subarray(first, end));
}

/** The bytes from `first` to before `end` of a body that is in memory, as views of the pieces. */
export function* slicesOf({ pieces }: Pieces, first: number, end: number): Generator<Uint8Array, undefined> {
  let start = 0;
  for (const piece of pieces) {
    yield* slicesOfPiece(piece!, first - start, end - start);
    start += piece!.length;
    if (start >= end) return;
  }
}

/** Those of one piece; `first` and `end` may lie outside of it. */
export function* slicesOfPiece(
  piece: Uint8Array,
  first: number,
  end: number,
): Generator<Uint8Array, undefined> {
  const last = Math.min(end, piece.length);
  for (let at = Math.max(0, first); at < last; at += SLICE_BYTES)
    yield piece.subarray(at, Math.min(at + SLICE_BYTES, last));
}

/**
 * Ends an answer with these bytes: one chunk for each turn of the event loop, and none that the client does not read; false when it
 * went away. Who reads nothing is let go like all others, which ends the wait.
 */
export async function endWithChunks(
  response: ServerResponse,
  chunks: AsyncGenerator<Uint8Array>,
): Promise<boolean> {
  for await (const chunk of chunks) {
    if (response.destroyed) return false;
    if (!response.write(chunk)) await drained(response);
    await turn();
  }
  if (response.destroyed) return false;
  response.end();
  return true;
}

/**
 * One slice for each turn of the event loop, as a fast reader could otherwise keep it for itself. When the client goes
 * away nothing drains any more, and all of this is garbage.
 */
function endWithPieces(response: ServerResponse, pieces: Pieces, first: number, end: number): void {
  if (response.req.method === 'HEAD') return void response.end();
  const slices = slicesOf(pieces, first, end);
  response.on('drain', () => setImmediate(proceed));
  proceed();

  function proceed(): void {
    for (;;) {
      const { value } = slices.next();
      if (value === undefined) return void response.end();
      if (!response.write(value)) return;
    }
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve();
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
