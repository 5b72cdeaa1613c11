import type { ServerResponse } from 'node:http';

import type { Body, Pieces } from '../replication/index.js';

/** What is given to a connection at a time, so that a slow reader costs no more, and is seen to read. */
const SLICE_BYTES = 64 * 1024;

/** Ends an answer with the bytes of a body from `first` to before `end`. */
export function endWithBody(response: ServerResponse, body: Body, first: number, end: number): void {
  if (!(body instanceof Uint8Array)) endWithPieces(response, body, first, end);
  else if (end - first === body.length) response.end(body);
  else response.end(body.subarray(first, end));
}

/** The bytes from `first` to before `end`, as views of the pieces. */
export function* slicesOf({ pieces }: Pieces, first: number, end: number): Generator<Uint8Array, undefined> {
  let start = 0;
  for (const piece of pieces) {
    const last = Math.min(end - start, piece.length);
    for (let at = Math.max(0, first - start); at < last; at += SLICE_BYTES) {
      yield piece.subarray(at, Math.min(at + SLICE_BYTES, last));
    }
    start += piece.length;
    if (start >= end) return;
  }
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
