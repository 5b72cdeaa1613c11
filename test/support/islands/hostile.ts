import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** What it answers to a request, on a bare connection. */
export type Trick = (socket: Socket, head: string) => void;

export const HOSTILE_ID = 'bad0bad0bad0';

/** A server that plays an island well enough to be asked, and answers reads and writes of objects by tricks. */
export class Hostile {
  private readonly sockets = new Set<Socket>();
  /** Heads of requests for objects. */
  readonly asked: string[] = [];
  trick: Trick = (socket) => socket.end(answer('404 Not Found'));
  /** The answer to `GET /ring`. */
  ring: Trick;

  private constructor(private readonly server: Server) {
    this.ring = (socket) => socket.end(json(ringOf(this.url)));
  }

  static async start(): Promise<Hostile> {
    const server = createServer();
    const hostile = new Hostile(server);
    server.on('connection', (socket) => hostile.take(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return hostile;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private take(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => this.sockets.delete(socket));
    let head = '';
    socket.on('data', (chunk) => {
      if (head.includes('\r\n\r\n')) return;
      head += chunk.toString('latin1');
      if (head.includes('\r\n\r\n')) this.answer(socket, head);
    });
  }

  private answer(socket: Socket, head: string): void {
    if (head.startsWith('GET /ring ')) return this.ring(socket, head);
    if (head.startsWith('GET /events')) return void socket.end(answer('404 Not Found'));
    this.asked.push(head);
    this.trick(socket, head);
  }
}

/** An answer with a head, and a body that need not be as long as it says. */
export function answer(status: string, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const all = { 'Content-Length': String(body.length), Connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`;
}

/** What a good server says with an object. */
export const GOOD = { ETag: '"1-x"', 'Last-Modified': 'Sun, 01 Mar 2026 12:00:00 GMT' };

export function ringOf(url: string, change: object = {}): object {
  const members = [{ name: 'evil', url, state: 'up' }];
  return { ring: 'evil', ringId: HOSTILE_ID, state: 'member', members, ...change };
}

export function json(value: unknown): string {
  return answer('200 OK', { 'Content-Type': 'application/json' }, JSON.stringify(value));
}
