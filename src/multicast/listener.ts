import type { RemoteInfo, Socket } from 'node:dgram';

import { isAllowed, type Place } from './asker.js';
import { decodePacket, encodePacket, type Refusal } from './packet.js';
import type { Sighting } from './sighting.js';
import { openSocket } from './socket.js';

export interface ListenerUser {
  /** @returns what is to be answered; null for nothing */
  asked(asker: Sighting | null): Sighting | null;
  refused(why: Refusal, from: RemoteInfo): void;
  failed(error: Error): void;
}

/** Hears the questions that are sent to the group, and answers each to where it came from. Many processes of a machine may listen. */
export class Listener {
  private isClosed = false;

  private constructor(
    private readonly place: Place,
    private readonly socket: Socket,
    private readonly user: ListenerUser,
  ) {
    socket.on('message', (bytes, from) => this.take(bytes, from));
    socket.on('error', (error) => user.failed(error));
  }

  /** Rejects when the port cannot be had, or the group be joined on no interface. */
  static async open(place: Place, user: ListenerUser): Promise<Listener> {
    const { address, port } = place.group;
    // Bound to the group, it is not given what is sent to this machine itself. Windows cannot do that.
    const where = process.platform === 'win32' ? { port } : { address, port };
    const socket = await openSocket({ reuseAddr: true }, where);
    try {
      join(socket, place);
    } catch (error) {
      socket.close();
      throw error;
    }
    return new Listener(place, socket, user);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.socket.close();
  }

  private take(bytes: Buffer, from: RemoteInfo): void {
    if (this.isClosed || !isAllowed(this.place, from)) return;
    const { terms } = this.place;
    const packet = decodePacket(bytes, terms);
    if (typeof packet === 'string') return this.user.refused(packet, from);
    const { kind, nonce } = packet;
    const sighting = kind === 'question' ? this.user.asked(packet.sighting) : null;
    if (sighting === null) return;
    const answer = encodePacket({ kind: 'answer', nonce, sighting }, terms);
    this.socket.send(answer, from.port, from.address, (error) => error && this.user.failed(error));
  }
}

/** @throws the first error, when no interface could be joined on */
function join(socket: Socket, { group, interfaces }: Place): void {
  const errors: unknown[] = [];
  for (const address of interfaces) {
    try {
      socket.addMembership(group.address, address);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === interfaces.length) throw errors[0] ?? new Error('there is no IPv4 interface');
}
