import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * An address that is known before the server behind it has started, and by which that server can be cut off: islands
 * that point at each other could not be configured otherwise.
 */
export class Door {
  private readonly sockets = new Set<Socket>();
  private listener: Server | null = null;
  private target: number | null = null;
  private isHung = false;
  private port = 0;

  static async open(): Promise<Door> {
    const door = new Door();
    await door.heal();
    return door;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Connections since the beginning. */
  connections = 0;

  leadTo(url: string): void {
    this.target = Number(new URL(url).port);
  }

  /** As a host that is gone: connections end, and new ones are refused. */
  cut(): void {
    this.listener?.close();
    this.listener = null;
    for (const socket of this.sockets) socket.destroy();
  }

  /** As a process that stands still: connections are taken, and nothing comes of them. */
  hang(): void {
    this.isHung = true;
    for (const socket of this.sockets) socket.pause();
  }

  async heal(): Promise<void> {
    this.isHung = false;
    for (const socket of this.sockets) socket.resume();
    if (this.listener !== null) return;
    this.listener = createServer((socket) => this.take(socket)).listen(this.port, '127.0.0.1');
    await once(this.listener, 'listening');
    this.port = (this.listener.address() as AddressInfo).port;
  }

  private take(socket: Socket): void {
    this.connections++;
    this.follow(socket);
    if (this.isHung) return;
    if (this.target === null) return void socket.destroy();
    const inside = connect(this.target, '127.0.0.1');
    this.follow(inside);
    join(socket, inside);
    join(inside, socket);
  }

  private follow(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => this.sockets.delete(socket));
  }
}

function join(from: Socket, to: Socket): void {
  from.on('data', (chunk) => to.write(chunk));
  from.once('end', () => to.end());
  from.once('close', () => to.destroy());
}
