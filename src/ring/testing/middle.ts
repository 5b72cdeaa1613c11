import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One connection through it: what the dialer sends goes on to the acceptor while it is not held back, and the other way always. */
export class Passage {
  constructor(
    private readonly dialer: Socket,
    private readonly acceptor: Socket,
  ) {
    for (const socket of [dialer, acceptor]) socket.on('error', () => undefined);
    dialer.pipe(acceptor).pipe(dialer);
  }

  /** Reads no more of what the dialer sends. */
  hold(): void {
    this.dialer.unpipe(this.acceptor).pause();
  }

  release(): void {
    this.dialer.pipe(this.acceptor);
  }

  /** Lets so many bytes pass, and as many more each time; until `release`. */
  trickle(bytes: number, everyMs: number): NodeJS.Timeout {
    this.hold();
    let left = bytes;
    this.dialer.on('data', (chunk) => {
      this.acceptor.write(chunk);
      left -= chunk.length;
      if (left <= 0) this.dialer.pause();
    });
    return setInterval(() => {
      left = bytes;
      this.dialer.resume();
    }, everyMs);
  }

  cut(): void {
    this.dialer.resetAndDestroy();
    this.acceptor.resetAndDestroy();
  }
}

/** Test support: stands between a dialer and a ring port, for what goes wrong on the way. */
export class Middle {
  /** In the order in which they came. */
  readonly passages: Passage[] = [];
  private readonly sockets: Socket[] = [];
  private readonly server: Server;
  private isDumb = false;

  private constructor(private port: number) {
    this.server = createServer({ noDelay: true }, (dialer) => {
      this.sockets.push(dialer);
      if (this.isDumb) return;
      const acceptor = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
      this.sockets.push(acceptor);
      this.passages.push(new Passage(dialer, acceptor));
    });
  }

  static async before(port: number): Promise<Middle> {
    const middle = new Middle(port);
    await new Promise<void>((resolve) => middle.server.listen(0, '127.0.0.1', resolve));
    return middle;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Whoever connects from now on is led to another port. */
  lead(port: number): void {
    this.port = port;
  }

  /** Whoever connects from now on is not answered. */
  fallSilent(): void {
    this.isDumb = true;
  }

  /** Nobody can connect any more. */
  stopListening(): void {
    this.server.close();
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}
