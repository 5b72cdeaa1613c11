import { setMaxListeners } from 'node:events';
import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request as httpRequest } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { urlToHttpOptions } from 'node:url';

import { EXIT, Failure, reasonOf } from './failure.js';

export const DEFAULT_SERVER = 'http://127.0.0.1:5235';
const CONNECT_MS = 5000;
/** Nothing has moved on the connection. */
const IDLE_MS = 60_000;
const MAX_SOCKETS = 64;

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer | Readable;
}

export type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly message: IncomingMessage }
  /** The connection could not be had, or broke before there was an answer. */
  | { readonly kind: 'silent'; readonly why: string };

/** @throws Failure */
export function parseServers(text: string): URL[] {
  return text.split(',').map((word) => {
    const url = URL.canParse(word.trim()) ? new URL(word.trim()) : null;
    const isServer =
      url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '';
    if (isServer) return url;
    throw new Failure(
      `"${word.trim()}" is no server: give its URL, such as ${DEFAULT_SERVER}, or several separated by commas.`,
      EXIT.usage,
    );
  });
}

/** The servers that a command may ask: any of a ring will do. One that fails is asked again only after the others. */
export class Servers {
  private readonly agents = {
    'http:': new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    'https:': new TlsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  };
  private at = 0;

  constructor(
    readonly urls: readonly URL[],
    private readonly token: string | undefined,
    readonly signal: AbortSignal,
  ) {
    // Every request on its way listens to it, and their number is bounded elsewhere.
    setMaxListeners(0, signal);
  }

  /** The one to ask. */
  get current(): URL {
    return this.urls[this.at]!;
  }

  /** This one has failed; who has found out first moves everybody on. */
  moveOn(from: URL): void {
    if (from === this.current) this.at = (this.at + 1) % this.urls.length;
  }

  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  /** Resolves with the head of the answer. Rejects when the command is interrupted, or when the request cannot be sent at all. */
  send(server: URL, { method, path, headers = {}, body }: Request): Promise<Reply> {
    const isSecure = server.protocol === 'https:';
    const credentials = this.token === undefined ? {} : { Authorization: `Bearer ${this.token}` };
    const options = {
      ...urlToHttpOptions(server),
      method,
      path,
      headers: { ...headers, ...credentials },
      agent: this.agents[isSecure ? 'https:' : 'http:'],
      signal: this.signal,
      timeout: IDLE_MS,
    };
    return new Promise((resolve, reject) => {
      const request = isSecure ? httpsRequest(options) : httpRequest(options);
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.on('socket', (socket) => boundConnecting(socket, isSecure));
      request.on('response', (message) => resolve({ kind: 'answer', status: message.statusCode!, message }));
      request.on('error', (error) => {
        if (this.signal.aborted) reject(this.signal.reason as Error);
        else resolve({ kind: 'silent', why: reasonOf(error) });
      });
      if (body === undefined || Buffer.isBuffer(body)) request.end(body);
      else body.on('error', (error) => request.destroy(error)).pipe(request);
      request.on('close', () => !Buffer.isBuffer(body) && body?.destroy());
    });
  }
}

function boundConnecting(socket: Socket, isSecure: boolean): void {
  if (!socket.connecting) return;
  const timer = setTimeout(() => socket.destroy(new Error('no connection in time')), CONNECT_MS);
  const clear = (): void => clearTimeout(timer);
  socket.once(isSecure ? 'secureConnect' : 'connect', clear).once('close', clear);
}
