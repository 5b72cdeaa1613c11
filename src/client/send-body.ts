import type { ClientRequest } from 'node:http';

import type { BodySource } from './body-source.js';
import { RingletError } from './error.js';

/**
 * Sends a body piece by piece, as the server takes it. It stops when the server has answered, as one does that refuses, or when
 * the request has ended otherwise. What is wrong with the body ends the request with that error.
 */
export async function sendBody(
  request: ClientRequest,
  body: BodySource,
  onProgress: (bytes: number) => void,
): Promise<void> {
  let bytes = 0;
  let isAnswered = false;
  request.once('response', () => (isAnswered = true));
  try {
    for await (const chunk of body.open()) {
      if (isAnswered || request.destroyed) return;
      if (!request.write(chunk)) await drained(request);
      bytes += chunk.length;
      onProgress(bytes);
    }
    request.end();
  } catch (error) {
    const isOurs = error instanceof RingletError;
    request.destroy(
      isOurs
        ? error
        : new RingletError(
            'usage',
            'body_failed',
            `Nothing was stored, as there was no body (${String(error)}).`,
            { cause: error },
          ),
    );
  }
}

function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      request.off('drain', go).off('close', go).off('response', go);
      resolve();
    };
    request.on('drain', go).on('close', go).on('response', go);
  });
}
