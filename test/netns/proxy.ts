import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Pipe, type Weather } from './pipe.js';

/**
 * Stands before a server's ring link, and hands on what comes in late, not at all for a while, or damaged. The others know the
 * server by the proxy's address (ADVERTISE_RING), so all of its predecessor's connections go through here.
 */
export class Proxy {
  readonly weather: Weather = {
    delayMs: 0,
    isStalled: false,
    toSpoil: 0,
    spoiled: 0,
    smallest: 1,
    offset: undefined,
  };
  /** How many connections have come. */
  connections = 0;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly pipes = new Set<Pipe>();

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (dialer) => {
      this.connections += 1;
      this.join(dialer, connect({ ...target, allowHalfOpen: true }));
    });
  }

  static async before(host: string, port: number, at: string): Promise<Proxy> {
    const proxy = new Proxy({ host, port });
    await new Promise<void>((resolve) => proxy.server.listen(0, at, resolve));
    return proxy;
  }

  get address(): string {
    const { address, port } = this.server.address() as AddressInfo;
    return `${address}:${port}`;
  }

  stall(): void {
    this.weather.isStalled = true;
  }

  /** What was held back goes on. */
  resume(): void {
    this.weather.isStalled = false;
    for (const pipe of this.pipes) pipe.pump();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private join(dialer: Socket, acceptor: Socket): void {
    const there = new Pipe(dialer, acceptor, this.weather, true);
    const back = new Pipe(acceptor, dialer, this.weather, false);
    for (const pipe of [there, back]) this.pipes.add(pipe);
    for (const [socket, other] of [
      [dialer, acceptor],
      [acceptor, dialer],
    ] as const) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.once('close', (hadError) => {
        this.sockets.delete(socket);
        if (hadError) other.destroy();
        this.pipes.delete(socket === dialer ? there : back);
      });
    }
    dialer.resume();
  }
}
