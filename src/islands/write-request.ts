import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';

import { CallError } from './caller.js';
import { EVERYWHERE, VISITED } from './visited.js';

/** Nothing moves, neither the body on its way nor the answer. */
const SILENCE_MS = 30_000;
/** Headers of a write that are the other island's to judge. */
const OF_WRITES =
  /^(?:content-type|content-length|transfer-encoding|if-match|if-none-match|if-unmodified-since|idempotency-key|x-ttl|ringlet-replicas|object-meta-.*)$/;

/** What of the head of a write is sent on. */
export function headersOf({ headers, method }: IncomingMessage): OutgoingHttpHeaders {
  const passed = Object.entries(headers).filter(([name]) => OF_WRITES.test(name));
  const ofBody = /^(?:content-length|transfer-encoding)$/;
  const kept = method === 'PUT' ? passed : passed.filter(([name]) => !ofBody.test(name));
  return { ...Object.fromEntries(kept), [VISITED]: EVERYWHERE };
}

/**
 * Sends a write on, its body as it comes. Resolves with the answer, which may come before all of it was sent; null when the client went away.
 *
 * @throws CallError when there is no answer
 */
export function exchange(request: IncomingMessage, outgoing: ClientRequest): Promise<IncomingMessage | null> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => void outgoing.destroy(new CallError('late', 'it did not answer in time'));
    outgoing.setTimeout(SILENCE_MS, giveUp);
    // Once all is sent, an answer that comes by drops is none.
    outgoing.once('finish', () => {
      const timer = setTimeout(giveUp, SILENCE_MS);
      outgoing.once('close', () => clearTimeout(timer));
    });
    outgoing.once('response', (message) => {
      request.unpipe(outgoing);
      // What goes wrong with the body, its reader is told of.
      message.on('error', () => undefined);
      resolve(message);
    });
    outgoing.on('error', (error) =>
      reject(error instanceof CallError ? error : new CallError('broken', 'it broke the connection')),
    );
    outgoing.once('close', () => reject(new CallError('broken', 'it closed the connection')));
    request.once('close', () => {
      if (!request.complete) resolve(null);
    });
    // It may have gone while the connection was made, which nothing tells any more.
    if (request.destroyed && !request.complete) return resolve(null);
    if (request.method === 'PUT') request.pipe(outgoing);
    else outgoing.end();
  });
}
