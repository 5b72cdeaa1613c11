import { Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as TlsAgent, request as requestHttps } from 'node:https';

import type { IslandUrl } from '../config/index.js';
import { type Call, CallError, type Caller } from './caller.js';

/** To one server. */
export interface CallerBounds {
  /** Connections; further reads wait for their turn, within their deadline. */
  readonly sockets: number;
  /** Requests at once, with those that wait and those that were given up while they waited. */
  readonly requests: number;
}

const BOUNDS: CallerBounds = { sockets: 256, requests: 8_192 };
const MOST_IDLE_SOCKETS = 8;
const HEADER_BYTES = 16 * 1024;
/** Before the other side, which lets an idle connection go after 65 s, would do it. */
const IDLE_MS = 30_000;

/**
 * Calls over node:http, which follows no redirect. Reads go over connections that are kept; a write has one of its own,
 * so that it never meets one that has just been closed, when nobody could tell whether it arrived.
 */
export class HttpCaller implements Caller {
  private readonly agents: { readonly http: Agent; readonly https: TlsAgent };
  private readonly tokens: ReadonlyMap<string, string | null>;
  /** By the origin; those that are still open, or wait for a connection. */
  private readonly requests: ReadonlyMap<string, Set<ClientRequest>>;

  constructor(
    urls: readonly IslandUrl[],
    private readonly bounds = BOUNDS,
  ) {
    const settings = {
      keepAlive: true,
      maxSockets: bounds.sockets,
      maxFreeSockets: MOST_IDLE_SOCKETS,
      timeout: IDLE_MS,
    };
    this.agents = { http: new Agent(settings), https: new TlsAgent(settings) };
    this.tokens = new Map(urls.map(({ origin, token }) => [origin, token]));
    this.requests = new Map(urls.map(({ origin }) => [origin, new Set()]));
  }

  ask(call: Call, headMs: number, signal?: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = this.create(call, true);
      const giveUp = (why: string): void => {
        const error = new CallError('late', why);
        request.destroy(error);
        // One that waits for a connection tells of its end when it gets one.
        reject(error);
      };
      const timer = setTimeout(() => giveUp('it did not answer in time'), headMs);
      const cancel = (): void => giveUp('it was not waited for');
      request.once('response', (message) => {
        clearTimeout(timer);
        // What goes wrong with the body, its reader is told of.
        message.on('error', () => undefined);
        resolve(message);
      });
      request.once('close', () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        reject(new CallError('broken', 'it closed the connection'));
      });
      request.on('error', (error) => reject(toCallError(error)));
      if (signal?.aborted === true) return cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      request.end();
    });
  }

  open(call: Call, connectMs: number): Promise<ClientRequest> {
    return new Promise((resolve, reject) => {
      const request = this.create(call, false);
      const late = (): void =>
        void request.destroy(new CallError('unreachable', 'it could not be reached in time'));
      const timer = setTimeout(late, connectMs);
      request.once('close', () => {
        clearTimeout(timer);
        reject(new CallError('unreachable', 'it could not be reached'));
      });
      request.on('error', (error) => reject(toCallError(error)));
      request.once('socket', (socket) => {
        socket.once(call.origin.startsWith('https:') ? 'secureConnect' : 'connect', () => {
          clearTimeout(timer);
          resolve(request);
        });
      });
    });
  }

  /** Ends everything that is still open. */
  close(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
    for (const requests of this.requests.values()) for (const request of requests) request.destroy();
  }

  private create({ origin, method, path, headers }: Call, isKept: boolean): ClientRequest {
    const token = this.tokens.get(origin);
    const requests = this.requests.get(origin);
    if (token === undefined || requests === undefined)
      throw new Error(`${origin} is not among the URLs that may be called`);
    if (isKept && requests.size >= this.bounds.requests)
      throw new CallError('busy', 'too much is asked of it already');
    const { protocol, hostname, port } = new URL(origin);
    const isTls = protocol === 'https:';
    const request = (isTls ? requestHttps : requestHttp)({
      // An IPv6 address is written without brackets here.
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? (isTls ? 443 : 80) : Number(port),
      method,
      path,
      headers: token === null ? headers : { ...headers, Authorization: `Bearer ${token}` },
      agent: isKept ? (isTls ? this.agents.https : this.agents.http) : false,
      maxHeaderSize: HEADER_BYTES,
    });
    requests.add(request);
    request.once('close', () => requests.delete(request));
    return request;
  }
}

function toCallError(error: Error): CallError {
  if (error instanceof CallError) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (/^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EADDRNOTAVAIL)$/.test(code))
    return new CallError('unreachable', `it cannot be reached (${code})`);
  if (/CERT|ISSUER|SIGNATURE/.test(code))
    return new CallError('unreachable', `its certificate is not trusted (${code})`);
  if (code.startsWith('HPE_')) return new CallError('useless', 'it sent what is no HTTP answer');
  return new CallError('broken', `it broke the connection (${code === '' ? error.message : code})`);
}
