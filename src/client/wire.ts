import { Agent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import { urlToHttpOptions } from 'node:url';

import type { BodySource } from './body-source.js';
import type { RingletError } from './error.js';
import type { KnownServer } from './known-server.js';
import type { ClientOptions } from './options.js';
import { Transmission } from './transmission.js';

export interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: BodySource | null;
}

export interface Bounds {
  /** Without an answer. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** So many bytes of a large body are on their way. */
  readonly onProgress?: (bytes: number) => void;
}

/**
 * `isSent`: the server may have got the request. `isLate`: it is there, for all that is known, and was given up. `isStale`: a
 * kept connection had been closed meanwhile.
 */
export interface Silence {
  readonly kind: 'silent';
  readonly why: string;
  readonly isSent: boolean;
  readonly isLate: boolean;
  readonly isStale: boolean;
}

export type Reply =
  | { readonly kind: 'answer'; readonly message: IncomingMessage }
  | Silence
  /** The body itself could not be read. */
  | { readonly kind: 'no-body'; readonly error: RingletError };

/** Sends requests over kept connections, each to one server. */
export class Wire {
  private readonly agents: { readonly 'http:': Agent; readonly 'https:': TlsAgent };
  private readonly credentials: Readonly<Record<string, string>>;

  constructor({ token, ca }: Pick<ClientOptions, 'token' | 'ca'>) {
    const trust = ca === undefined ? {} : { ca: ca as string | Buffer | (string | Buffer)[] };
    this.agents = {
      'http:': new Agent({ keepAlive: true }),
      'https:': new TlsAgent({ keepAlive: true, ...trust }),
    };
    this.credentials = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  }

  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  /**
   * Resolves with the head of the answer. Rejects when the request cannot be made at all. A kept connection that was closed meanwhile
   * says nothing about the server: the request is sent once more then, unless `mayRepeat` forbids it.
   */
  async send(
    server: KnownServer,
    outgoing: Outgoing,
    bounds: Bounds,
    mayRepeat: (silence: Silence) => boolean = () => true,
  ): Promise<Reply> {
    const reply = await this.transmit(server, outgoing, bounds);
    if (reply.kind !== 'silent' || !reply.isStale || bounds.signal.aborted || !mayRepeat(reply)) return reply;
    return this.transmit(server, outgoing, bounds);
  }

  protected async transmit(server: KnownServer, outgoing: Outgoing, bounds: Bounds): Promise<Reply> {
    return new Transmission(this.open(server, outgoing, bounds.signal), bounds).run(outgoing.body);
  }

  private open({ url }: KnownServer, outgoing: Outgoing, signal: AbortSignal): ClientRequest {
    const { method, path, headers, body } = outgoing;
    const isSecure = url.protocol === 'https:';
    const options = {
      ...urlToHttpOptions(url),
      method,
      path,
      headers: { ...headers, ...this.credentials, ...framingOf(body) },
      agent: this.agents[isSecure ? 'https:' : 'http:'],
      signal,
    };
    return isSecure ? httpsRequest(options) : httpRequest(options);
  }
}

/** A large body is kept back until the server asks for it: it may refuse it, or send it elsewhere. */
function framingOf(body: BodySource | null): Record<string, string> {
  if (body === null) return {};
  const length: Record<string, string> =
    body.size === undefined ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': String(body.size) };
  return body.small === null ? { ...length, Expect: '100-continue' } : length;
}
