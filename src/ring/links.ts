import { Inject, Injectable, Logger } from '@nestjs/common';

import { type Address, parseAddress } from '../config/index.js';
import type { Input, LinkId, Message, BodyPlace, Server } from '../replication/index.js';
import { Admission } from './admission.js';
import { type Batch, FRAMES } from './batch.js';
import type { ReadPiece } from './bulk-lane.js';
import { Complaints } from './complaints.js';
import { faults, LinkFault } from './faults.js';
import type { FrameSocket, SocketOwner } from './frame-socket.js';
import type { Identity } from './handshake.js';
import type { Connection, Introduction, Lane } from './introduction.js';
import { Link, type LinkOptions } from './link.js';
import { RING_OPTIONS, type RingOptions } from './options.js';
import { RingClient } from './ring-client.js';
import type { Wire } from './wire.js';

export type LinkInput = Extract<
  Input,
  { kind: 'linked' | 'dial-failed' | 'accepted' | 'closed' | 'frames' | 'unreadable' }
>;

/** Who is behind the links. */
export interface LinkUser {
  /** null while it is not known, or no more. */
  identity(): Identity | null;
  take(input: LinkInput): void;
  readonly piece: ReadPiece;
}

interface Dial extends Wire {
  readonly target: Address;
  readonly address: string;
  /** Of the link that it is for. */
  readonly id: LinkId;
}

let lastLinkId: LinkId = 0;

/** All connections of this server: dials, names, sends, receives and ends them. */
@Injectable()
export class Links implements SocketOwner {
  readonly deadlineMs: number;
  private readonly common: Pick<LinkOptions, 'sendBufferBytes' | 'readPiece'>;
  private readonly complaints = new Complaints(new Logger('Ring'));
  protected readonly admission = new Admission();
  private readonly links = new Map<LinkId, Link>();
  private readonly linkOf = new Map<FrameSocket, Link>();
  private readonly dialing = new Map<string, FrameSocket>();
  private readonly dialOf = new Map<FrameSocket, Dial>();
  private readonly dirty = new Set<Link>();
  private user: LinkUser | null = null;
  private isClosing = false;

  constructor(@Inject(RING_OPTIONS) options: RingOptions) {
    this.deadlineMs = options.suspectAfterMs;
    const { sendBufferBytes } = options;
    this.common = {
      sendBufferBytes,
      readPiece: (stored, index) => this.readPiece(stored, index),
    };
  }

  /** From now on, links belong to `user`. */
  open(user: LinkUser): void {
    this.user = user;
  }

  /** Ends every link, of which nobody hears. Resolves when all are gone, at the latest after the deadline. */
  async close(): Promise<void> {
    this.user = null;
    this.isClosing = true;
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
    const id = ++lastLinkId;
    const { socket } = this.connect({ target, address, id }, 'records');
    socket.on(FRAMES, (batch: Batch) => this.receive(socket, batch));
    this.dialing.set(address, socket);
  }

  hangup(id: LinkId): void {
    this.links.get(id)?.hangUp();
  }

  /** A link that has ended drops it: the core learns by `closed`. */
  send(id: LinkId, message: Message, patient = false, stored: BodyPlace | null = null): void {
    const link = this.links.get(id);
    if (link === undefined) return;
    link.push(message, patient, stored);
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
      const messages = link.take(socket, batch);
      this.user?.take({ kind: 'frames', link: link.id, messages });
    } catch (error) {
      if (!(error instanceof LinkFault)) throw error;
      socket.fail(error);
    }
  }

  identity(): Identity | null {
    return this.user?.identity() ?? null;
  }

  admit({ server, connection }: Introduction): void {
    if (connection.lane === 'bulk' && this.lacking(server, connection) === undefined) throw faults.noLink();
  }

  opened(socket: FrameSocket, introduction: Introduction): void {
    const dial = this.dialOf.get(socket);
    if (dial === undefined) this.openAccepted(socket, introduction);
    else if (introduction.connection.lane === 'records') this.openDialled(dial, introduction);
    else this.linkOf.get(socket)?.flush();
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
    if (!this.isClosing)
      this.complaints.about(dial?.address ?? socket.remote, dial?.address ?? socket.remoteHost, fault);
    if (link === undefined) return;
    if (!link.lose(socket, fault)) return;
    this.links.delete(link.id);
    this.dirty.delete(link);
    this.user?.take({ kind: 'closed', link: link.id });
  }

  private async readPiece(stored: BodyPlace, index: number): Promise<Uint8Array | null> {
    const bytes = (await this.user?.piece(stored, index)) ?? null;
    if (bytes === null) this.user?.take({ kind: 'unreadable', stored });
    return bytes;
  }

  private openAccepted(socket: FrameSocket, { server: peer, connection }: Introduction): void {
    this.admission.opened(socket);
    const wire: Wire = { socket, deliver: (batch) => socket.sendMessage({ pattern: FRAMES, data: batch }) };
    const lacking = connection.lane === 'bulk' ? this.lacking(peer, connection) : undefined;
    if (lacking !== undefined) {
      lacking.attachBulk(wire);
      this.linkOf.set(socket, lacking);
      return;
    }
    const id = ++lastLinkId;
    this.keep(new Link({ id, peer, number: connection.link, dialBulk: null, ...this.common }, wire), socket);
    this.user?.take({ kind: 'accepted', link: id, peer });
  }

  private openDialled(dial: Dial, { server: peer }: Introduction): void {
    const { id, address, socket } = dial;
    const dialBulk = () => this.dialBulk(link, dial);
    const link: Link = new Link({ id, peer, number: id, dialBulk, ...this.common }, dial);
    this.dialing.delete(address);
    this.keep(link, socket);
    this.user?.take({ kind: 'linked', address, link: id, peer });
  }

  private keep(link: Link, socket: FrameSocket): void {
    this.links.set(link.id, link);
    this.linkOf.set(socket, link);
  }

  /** That it fails, if it does, ends the link. */
  private dialBulk(link: Link, { id, target, address }: Dial): Wire {
    const dial = this.connect({ id, target, address }, 'bulk');
    this.linkOf.set(dial.socket, link);
    return dial;
  }

  private connect(about: Omit<Dial, keyof Wire>, lane: Lane): Dial {
    const client = new RingClient(about.target, this, { lane, link: about.id });
    const dial = { ...about, socket: client.dial(), deliver: (batch: Batch) => client.sendBatch(batch) };
    this.dialOf.set(dial.socket, dial);
    return dial;
  }

  private lacking(peer: Server, { link: number }: Connection): Link | undefined {
    return [...this.links.values()].find((link) => link.lacksBulk(peer, number));
  }

  private dialFailed(address: string, fault: LinkFault): void {
    this.complaints.aboutDial(address, fault);
    const gone = fault.code === 'no-listener';
    this.user?.take({ kind: 'dial-failed', address, gone, reason: `${address} ${fault.message}` });
  }
}
