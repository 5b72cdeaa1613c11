import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** As far as it has come. */
  body: string;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of no ring that answers as a test says. What a client asks by itself, of the ring and of health, it answers alone. */
export class FakeServer {
  /** Requests, but for those. */
  readonly seen: Seen[] = [];
  /** Of health. */
  isReady = true;
  /** All that is sent to it is left without an answer. */
  isHung = false;
  members: readonly FakeServer[] = [this];
  /** What `GET /ring` tells of the members, if it is not that. */
  told: readonly { name: string; url: string }[] | null = null;
  handler: Handler = done;

  private constructor(
    readonly name: string,
    private readonly server: Server,
    readonly port = (server.address() as AddressInfo).port,
  ) {
    server.on('request', (request, response) => this.handle(request, response));
    server.on('checkContinue', (request, response) => this.handle(request, response));
  }

  static async start(name: string): Promise<FakeServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeServer(name, server);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Ends the connections that are kept for further requests; none under way is harmed. */
  cut(): void {
    this.server.closeIdleConnections();
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    if (this.isHung) return;
    response.setHeader('Ringlet-Server', this.name);
    if (this.name !== this.members[0]!.name) response.setHeader('Ringlet-Primary', this.members[0]!.url);
    if (request.url === '/ring') return void response.end(JSON.stringify(this.report));
    if (request.url === '/health/ready') return void response.writeHead(this.isReady ? 200 : 503).end('{}');
    this.note(request);
    this.handler(request, response);
  }

  private get report(): object {
    const members = this.told ?? this.members.map(({ name, url }) => ({ name, url }));
    return { ring: 'fake', self: this.name, primary: members[0]!.name, state: 'member', members };
  }

  private note(request: IncomingMessage): void {
    const { method, url, headers } = request;
    const seen = { method: method!, path: url!, headers, body: '' };
    this.seen.push(seen);
    request.on('data', (chunk) => (seen.body += String(chunk)));
    request.on('error', () => undefined);
  }
}

/** Answers when the whole request is here. */
const done: Handler = (request, response) => {
  const status = request.method === 'PUT' || request.method === 'DELETE' ? 204 : 200;
  request.once('end', () => response.writeHead(status, status === 200 ? { 'Content-Length': 0 } : {}).end());
};

/** Several that tell of each other; the first is the primary. */
export async function fakeRing(...names: string[]): Promise<FakeServer[]> {
  const members = await Promise.all(names.map((name) => FakeServer.start(name)));
  for (const server of members) server.members = [...members];
  return members;
}

export function problem(status: number, code: string, title = 'It is so.'): Handler {
  return (_request, response) => {
    response.writeHead(status, { 'Content-Type': 'application/problem+json', 'Retry-After': '1' });
    response.end(JSON.stringify({ title, status, code }));
  };
}

export function redirect(url: string): Handler {
  return (request, response) => void response.writeHead(307, { Location: url + request.url }).end();
}

/** Nothing is ever answered. */
export const hang: Handler = () => undefined;

export const cutOff: Handler = (request) => void request.socket.destroy();
