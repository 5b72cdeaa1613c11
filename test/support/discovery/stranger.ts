import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const LOOPBACK = '127.0.0.1';

export interface Heard {
  readonly bytes: Buffer;
  readonly from: RemoteInfo;
}

/** Somebody on the group who sends what it likes, and notes what comes. */
export class Stranger {
  /** What was sent to it alone. */
  readonly got: Heard[] = [];
  /** What was sent to the group, by anybody. */
  readonly overheard: Heard[] = [];

  private constructor(
    private readonly socket: Socket,
    private readonly ear: Socket,
    private readonly group: Pick<RemoteInfo, 'address' | 'port'>,
  ) {
    socket.on('message', (bytes, from) => this.got.push({ bytes, from }));
    ear.on('message', (bytes, from) => this.overheard.push({ bytes, from }));
  }

  static async at(group: string): Promise<Stranger> {
    const [address, port] = group.split(':') as [string, string];
    const socket = createSocket('udp4').bind(0, LOOPBACK);
    await once(socket, 'listening');
    socket.setMulticastInterface(LOOPBACK);
    const ear = createSocket({ type: 'udp4', reuseAddr: true }).bind(Number(port), address);
    await once(ear, 'listening');
    ear.addMembership(address, LOOPBACK);
    return new Stranger(socket, ear, { address, port: Number(port) });
  }

  /** To the group, or to whoever sent something. */
  async send(bytes: Uint8Array, to?: RemoteInfo): Promise<void> {
    const { address, port } = to ?? this.group;
    await new Promise((resolve) => this.socket.send(bytes, port, address, resolve));
  }

  /** What came to it alone within this time. */
  async hears(ms: number): Promise<Heard[]> {
    this.got.length = 0;
    await delay(ms);
    return [...this.got];
  }

  close(): void {
    this.socket.close();
    this.ear.close();
  }
}
