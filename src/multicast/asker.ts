import { randomBytes } from 'node:crypto';
import type { RemoteInfo, Socket } from 'node:dgram';

import type { Group } from './group.js';
import { isLoopback } from './interfaces.js';
import { decodePacket, encodePacket, NONCE_BYTES, type Refusal, type Terms } from './packet.js';
import type { Sighting } from './sighting.js';
import { HOPS, openSocket, openThose } from './socket.js';

/** Questions whose answers are still taken. */
const MOST_OPEN = 16;

export interface Place {
  readonly group: Group;
  /** IPv4 addresses, see `interfacesOf`. */
  readonly interfaces: readonly string[];
  readonly terms: Terms;
}

export interface AskerUser {
  answered(sighting: Sighting): void;
  /** A packet that is no answer to a question of this asker. */
  refused?(why: Refusal, from: RemoteInfo): void;
  /** A question could not be sent. */
  failed?(error: Error): void;
}

/**
 * Sends questions to the group, and takes the answers to them, which come to the ports that they were sent from. Each question
 * has a nonce of its own: what was recorded earlier, or is made up without the secret, answers none.
 */
export class Asker {
  private readonly nonces: Buffer[] = [];
  private isClosed = false;

  private constructor(
    private readonly place: Place,
    private readonly sockets: readonly Socket[],
    private readonly user: AskerUser,
  ) {
    for (const socket of sockets) socket.on('message', (bytes, from) => this.take(bytes, from));
    for (const socket of sockets) socket.on('error', (error) => user.failed?.(error));
  }

  /** Rejects when it can ask over no interface. */
  static async open(place: Place, user: AskerUser): Promise<Asker> {
    return new Asker(place, await openThose(place.interfaces.map(openAt)), user);
  }

  /** @param self who asks; null for a client */
  ask(self: Sighting | null): void {
    if (this.isClosed) return;
    const nonce = randomBytes(NONCE_BYTES);
    this.nonces.push(nonce);
    if (this.nonces.length > MOST_OPEN) this.nonces.shift();
    const { group, terms } = this.place;
    const bytes = encodePacket({ kind: 'question', nonce, sighting: self }, terms);
    for (const socket of this.sockets)
      socket.send(bytes, group.port, group.address, (error) => error && this.user.failed?.(error));
  }

  close(): void {
    this.isClosed = true;
    for (const socket of this.sockets) socket.close();
  }

  private take(bytes: Buffer, from: RemoteInfo): void {
    if (this.isClosed || !isAllowed(this.place, from)) return;
    const packet = decodePacket(bytes, this.place.terms);
    if (typeof packet === 'string') return this.user.refused?.(packet, from);
    const { kind, nonce, sighting } = packet;
    const isAnswer = kind === 'answer' && this.nonces.some((own) => own.equals(nonce));
    if (isAnswer && sighting !== null) this.user.answered(sighting);
  }
}

/**
 * Who is on loopback only has to do with this machine only. The system sees to that as a rule, but may hand a socket what came for another
 * one of the same group by another interface.
 */
export function isAllowed({ interfaces }: Place, { address }: RemoteInfo): boolean {
  return isLoopback(address) || !interfaces.every(isLoopback);
}

async function openAt(address: string): Promise<Socket> {
  const socket = await openSocket({}, { address, port: 0 });
  socket.setMulticastInterface(address);
  socket.setMulticastTTL(HOPS);
  // Servers of this machine are asked as well.
  socket.setMulticastLoopback(true);
  return socket;
}
