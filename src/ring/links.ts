import { Inject, Injectable, Logger } from '@nestjs/common';

import { parseAddress } from '../config/index.js';
import type { Input, LinkId, Message, Server } from '../replication/index.js';
import { Admission } from './admission.js';
import { type Batch, FRAMES } from './batch.js';
import { Complaints } from './complaints.js';
import { faults, LinkFault } from './faults.js';
import type { FrameSocket, SocketOwner } from './frame-socket.js';
import type { Identity } from './handshake.js';
import { Link } from './link.js';
import { RING_OPTIONS, type RingOptions } from './options.js';
import { RingClient } from './ring-client.js';

export type LinkInput = Extract<Input, { kind: 'linked' | 'dial-failed' | 'accepted' | 'closed' | 'frames' }>;

/** Who is behind the links. */
export interface LinkUser {
  /** null while it is not known, or no more. */
  identity(): Identity | null;
  take(input: LinkInput): void;
}

interface Dial {
  readonly address: string;
  readonly client: RingClient;
}

let lastLinkId: LinkId = 0;

/** All connections of this server: dials, names, sends, receives and ends them. */
@Injectable()
export class Links implements SocketOwner {
  readonly deadlineMs: number;
  private readonly sendBufferBytes: number;
  private readonly complaints = new Complaints(new Logger('Ring'));
  private readonly admission = new Admission();
  private readonly links = new Map<LinkId, Link>();
  private readonly linkOf = new Map<FrameSocket, Link>();
  private readonly dialing = new Map<string, FrameSocket>();
  private readonly dialOf = new Map<FrameSocket, Dial>();
  private readonly dirty = new Set<Link>();
  private user: LinkUser | null = null;

  constructor(@Inject(RING_OPTIONS) options: RingOptions) {
    this.deadlineMs = options.suspectAfterMs;
    this.sendBufferBytes = options.sendBufferBytes;
  }

  /** From now on, links belong to `user`. */
  open(user: LinkUser): void {
    this.user = user;
  }

  /** Ends every link, of which nobody hears. Resolves when all are gone, at the latest after the deadline. */
  async close(): Promise<void> {
    this.user = null;
    const gone = [...this.linkOf.keys(), ...this.dialing.values()].map(
      (socket) => new Promise((resolve) => socket.once('close', resolve)),
    );
    for (const link of this.linkOf.values()) link.hangUp();
    for (const socket of this.dialing.values()) socket.fail(faults.closed());
    await Promise.all(gone);
  }

  /** Answered by `linked` or `dial-failed`, within the deadline. A second dial of an address shares the first one's answer. */
  dial(address: string): void {
    if (this.dialing.has(address)) return;
    const target = parseAddress(address);
    if (target === undefined) {
      setImmediate(() => this.dialFailed(address, faults.badAddress()));
      return;
    }
    const client = new RingClient(target.host, target.port, this);
    const socket = client.dial();
    socket.on(FRAMES, (batch: Batch) => this.receive(socket, batch));
    this.dialing.set(address, socket);
    this.dialOf.set(socket, { address, client });
  }

  hangup(id: LinkId): void {
    this.links.get(id)?.hangUp();
  }

  /** A link that has ended drops it: the core learns by `closed`. */
  send(id: LinkId, message: Message): void {
    const link = this.links.get(id);
    if (link === undefined) return;
    link.push(message);
    this.dirty.add(link);
  }

  /** Each link's messages leave together. */
  flush(): void {
    for (const link of this.dirty) link.flush();
    this.dirty.clear();
  }

  /** The server has accepted a connection. */
  accept(socket: FrameSocket): void {
    this.admission.arrived(socket);
  }

  /** A batch came in, after whatever Nest did with it. */
  receive(socket: FrameSocket, batch: Batch): void {
    const link = this.linkOf.get(socket);
    if (link === undefined || link.isHungUp || !socket.isOpen) return;
    try {
      const messages = link.take(batch);
      this.user?.take({ kind: 'frames', link: link.id, messages });
    } catch (error) {
      if (!(error instanceof LinkFault)) throw error;
      socket.fail(error);
    }
  }

  identity(): Identity | null {
    return this.user?.identity() ?? null;
  }

  opened(socket: FrameSocket, peer: Server): void {
    const id = ++lastLinkId;
    const dial = this.dialOf.get(socket);
    const deliver =
      dial === undefined
        ? (batch: Batch) => socket.sendMessage({ pattern: FRAMES, data: batch })
        : (batch: Batch) => dial.client.sendBatch(batch);
    const link = new Link(id, peer, socket, deliver, this.sendBufferBytes);
    this.links.set(id, link);
    this.linkOf.set(socket, link);
    this.admission.opened(socket);
    if (dial === undefined) {
      this.user?.take({ kind: 'accepted', link: id, peer });
    } else {
      this.dialing.delete(dial.address);
      this.user?.take({ kind: 'linked', address: dial.address, link: id, peer });
    }
  }

  closed(socket: FrameSocket, fault: LinkFault): void {
    const link = this.linkOf.get(socket);
    const dial = this.dialOf.get(socket);
    this.admission.closed(socket, fault);
    this.linkOf.delete(socket);
    this.dialOf.delete(socket);
    if (link === undefined && dial !== undefined) {
      this.dialing.delete(dial.address);
      this.dialFailed(dial.address, fault);
      return;
    }
    this.complaints.about(dial?.address ?? socket.remote, dial?.address ?? socket.remoteHost, fault);
    if (link === undefined) return;
    this.links.delete(link.id);
    this.dirty.delete(link);
    this.user?.take({ kind: 'closed', link: link.id });
  }

  private dialFailed(address: string, fault: LinkFault): void {
    this.complaints.aboutDial(address, fault);
    const gone = fault.code === 'no-listener';
    this.user?.take({ kind: 'dial-failed', address, gone, reason: `${address} ${fault.message}` });
  }
}
