import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { listenError } from '../config/index.js';
import { answerClientError } from './client-error.js';
import type { HttpLimits } from './limits.js';

/** What is judged and answered before the body of a request is asked for. */
export interface Listeners {
  readonly request: RequestListener;
  /** `Expect: 100-continue`: to be answered, or to be followed by `response.writeContinue()`. */
  readonly continued: RequestListener;
  /** Any other expectation. */
  readonly expectation: RequestListener;
}

/** A node:http server whose every wait and buffer is bounded. */
export function createHttpServer(listeners: Listeners, limits: HttpLimits, maxConnections: number): Server {
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
    // Idle and silent connections are looked after in `silence.ts`, at a smaller price.
    keepAliveTimeout: 0,
    noDelay: true,
  });
  server.maxConnections = maxConnections;
  server.on('request', listeners.request);
  server.on('checkContinue', listeners.continued);
  server.on('checkExpectation', listeners.expectation);
  server.on('clientError', answerClientError);
  return server;
}

/** Resolves with the port. Rejects with a sentence that names the setting to change. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(listenError('HTTP', { host, port }, '', error));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
