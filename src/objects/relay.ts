import type { IncomingMessage } from 'node:http';

import type { Upload } from '../ring/index.js';

export type Relayed =
  | 'whole'
  | 'too-large'
  /** The connection ended first. */
  | 'cut-off'
  /** The ring has said already what comes of it, and wants no more. */
  | 'answered';

/**
 * Passes a body of at most `limit` bytes on to the ring while it comes. What the ring does not take yet stays with the
 * client: the request is paused, so that its connection fills up. `beginning` has been read before.
 */
export function relayBody(
  request: IncomingMessage,
  upload: Upload,
  limit: number,
  beginning: Buffer,
): Promise<Relayed> {
  return new Promise((resolve) => {
    let bytes = 0;
    let isHeld = false;
    let isOver = false;
    request.on('data', pass).once('end', complete).once('close', cutOff);
    void upload.outcome.then(() => finish('answered'));
    if (request.destroyed) return cutOff();
    if (beginning.length > 0) pass(beginning);
    if (!isHeld) request.resume();

    function pass(chunk: Buffer): void {
      bytes += chunk.length;
      if (bytes > limit) return finish('too-large');
      const room = upload.write(chunk);
      if (room !== true) void wait(room);
    }
    async function wait(room: Promise<void>): Promise<void> {
      isHeld = true;
      request.pause();
      await room;
      isHeld = false;
      if (!isOver) request.resume();
    }
    function complete(): void {
      finish('whole');
    }
    function cutOff(): void {
      finish('cut-off');
    }
    function finish(relayed: Relayed): void {
      isOver = true;
      request.off('data', pass).off('end', complete).off('close', cutOff);
      resolve(relayed);
    }
  });
}
