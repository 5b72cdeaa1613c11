import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

/** Where a server takes requests. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
    }
  /** The host refused the connection: no server has seen the request. */
  | { readonly kind: 'unsent' }
  /** The connection broke, or nothing came in time. */
  | { readonly kind: 'lost'; readonly why: string };

/** Whatever takes requests to a server. */
export interface Sends {
  send(request: Request): Promise<Reply>;
}

/** Sends requests to a server over one connection, which is kept. Nothing here throws: silence is a reply. */
export class Caller implements Sends {
  private readonly agent: Agent;

  constructor(
    readonly endpoint: Endpoint,
    private readonly boundMs: number,
    connections = 1,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  send({ method, path, headers, body }: Request): Promise<Reply> {
    return new Promise((resolve) => {
      const { agent, boundMs } = this;
      const { host, port } = this.endpoint;
      const sent = request({ host, port, method, path, headers: { ...headers }, agent });
      const late = setTimeout(() => sent.destroy(new Error(`no answer within ${boundMs} ms`)), boundMs);
      const settle = (reply: Reply) => {
        clearTimeout(late);
        resolve(reply);
      };
      sent.on('error', (error) => settle(lost(error)));
      sent.on('response', (response) => collect(response, settle));
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function collect(response: IncomingMessage, settle: (reply: Reply) => void): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('error', (error) => settle(lost(error)));
  response.on('end', () => {
    const { statusCode = 0, headers } = response;
    settle({ kind: 'answer', status: statusCode, headers, body: Buffer.concat(chunks).toString() });
  });
}

function lost(error: NodeJS.ErrnoException): Reply {
  if (error.code === 'ECONNREFUSED') return { kind: 'unsent' };
  return { kind: 'lost', why: error.code ?? error.message };
}
