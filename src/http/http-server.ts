import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

import { listenError } from '../config/index.js';
import { answerClientError, refuseConnect } from './client-error.js';
import type { HttpLimits } from './limits.js';
import type { TlsFiles } from './tls.js';

/** What is judged and answered before the body of a request is asked for. */
export interface Listeners {
  readonly request: RequestListener;
  /** `Expect: 100-continue`: to be answered, or to be followed by `response.writeContinue()`. */
  readonly continued: RequestListener;
  /** Any other expectation. */
  readonly expectation: RequestListener;
  /** The headers that every answer carries, names and values in turn. */
  readonly labels: () => readonly string[];
}

export interface ServerSettings {
  readonly limits: HttpLimits;
  readonly maxConnections: number;
  /** Not given: HTTP instead of HTTPS. */
  readonly tls?: TlsFiles | undefined;
}

/** The oldest version that is spoken. */
export const MIN_TLS_VERSION = 'TLSv1.2';

/** A node:http or node:https server whose every wait and buffer is bounded. */
export function createHttpServer(listeners: Listeners, settings: ServerSettings): Server {
  const server = settings.tls === undefined ? createServer(boundsOf(settings)) : createSecure(settings);
  server.maxConnections = settings.maxConnections;
  // Beyond a number of headers Node drops the rest without a word, conditions among them; their size is bounded anyway.
  server.maxHeadersCount = 0;
  server.on('request', listeners.request);
  server.on('checkContinue', listeners.continued);
  server.on('checkExpectation', listeners.expectation);
  server.on('clientError', (error, socket) => answerClientError(error, socket, listeners.labels()));
  server.on('connect', (_request, socket: Duplex) => refuseConnect(socket, listeners.labels()));
  return server;
}

/** There is nobody to be answered on a connection on which TLS has failed. */
function createSecure(settings: ServerSettings): Server {
  const server = createTlsServer({
    ...boundsOf(settings),
    ...settings.tls,
    minVersion: MIN_TLS_VERSION,
    handshakeTimeout: settings.limits.headersMs,
  });
  server.removeAllListeners('tlsClientError');
  server.on('tlsClientError', (_error, socket: TLSSocket) => socket.destroy());
  return server;
}

function boundsOf({ limits }: ServerSettings): object {
  return {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    // It would cut off large bodies however fast they come; `pace.ts` bounds them instead.
    requestTimeout: 0,
    connectionsCheckingInterval: limits.checkMs,
    // Idle and silent connections are looked after in `silence.ts`, at a smaller price.
    keepAliveTimeout: 0,
    noDelay: true,
    // Judged in `request-head.ts`, so that the answer is a problem like all others.
    requireHostHeader: false,
    // Otherwise Node keeps the first of several Host or Content-Type and drops the rest without a word.
    joinDuplicateHeaders: true,
  };
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
