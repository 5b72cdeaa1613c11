import { TcpSocket } from '@nestjs/microservices';
import type { Socket } from 'node:net';

import { type Batch, FRAMES, HANG_UP } from './batch.js';
import { Deadline } from './deadline.js';
import { faults, LinkFault } from './faults.js';
import { FrameType, MAX_FRAME_BYTES, writeBatch, type Frame } from './frame.js';
import { FrameReader } from './frame-reader.js';
import { Handshake, type Identity, type Role } from './handshake.js';
import type { Connection, Introduction } from './introduction.js';
import { farewellOf } from './refusal.js';

/** Whom a socket tells what becomes of it. */
export interface SocketOwner {
  /** Bounds the handshake, a pause within a frame, and the time to take a refusal in. */
  readonly deadlineMs: number;
  /** null until this server knows who it is: whoever calls is told to come back. */
  identity(): Identity | null;
  /**
   * Before a dialer that has proved itself is told so.
   * @throws LinkFault when the connection is of no use here
   */
  admit(introduction: Introduction): void;
  opened(socket: FrameSocket, introduction: Introduction): void;
  /** Once, at the very end, also of a socket that never opened. */
  closed(socket: FrameSocket, fault: LinkFault): void;
}

const KEEP_ALIVE_MS = 10_000;
/**
 * A bulk lane may stand still for so many deadlines. Whether the peer lives is judged by the lane of the records, and a slow
 * network is allowed to pause: the kernel takes no more before a third of the megabytes that it has taken have left.
 */
const BULK_PATIENCE = 10;

/**
 * One connection of the ring: a handshake, and then batches in both directions. It is Nest's `TcpSocket`, so that a
 * batch received by the acceptor is an event for Nest's TCP server; on the dialer's side it is an event of the socket.
 */
export class FrameSocket extends TcpSocket {
  private readonly reader = new FrameReader();
  private readonly silence: Deadline;
  private readonly stall: Deadline;
  private handshake: Handshake | null = null;
  private fault: LinkFault | null = null;
  private introduction: Introduction | null = null;

  constructor(
    socket: Socket,
    private readonly role: Role,
    private readonly owner: SocketOwner,
    /** What a dialer dials for. */
    private readonly connection: Connection | null = null,
  ) {
    super(socket);
    const { deadlineMs } = owner;
    this.silence = new Deadline(deadlineMs, () => this.fail(faults.silent(deadlineMs)));
    this.stall = new Deadline(deadlineMs, () => this.fail(faults.stalled(deadlineMs)));
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('error', (error: NodeJS.ErrnoException) => (this.fault ??= lossOf(error)));
    socket.once('close', () => this.settle());
    this.silence.arm();
    if (role === 'dialer') socket.once('connect', () => this.begin());
    else this.begin();
  }

  get isOpen(): boolean {
    return this.introduction !== null && this.fault === null;
  }

  get isOpening(): boolean {
    return this.introduction === null && this.fault === null;
  }

  /** For people: where the peer's end of the connection is. */
  get remote(): string {
    return `${this.socket.remoteAddress ?? 'unknown'}:${this.socket.remotePort ?? 0}`;
  }

  get remoteHost(): string {
    return this.socket.remoteAddress ?? 'unknown';
  }

  /** Ends the connection; the first reason counts. A peer that can make use of it is told why. */
  fail(fault: LinkFault): void {
    if (this.fault !== null) return;
    this.fault = fault;
    this.silence.disarm();
    this.stall.disarm();
    const farewell = this.introduction === null && this.socket.writable ? farewellOf(fault) : null;
    if (farewell === null) {
      this.socket.destroy();
      return;
    }
    // The peer's own end is waited for, since a reset would overtake the last words.
    this.socket.end(farewell);
    this.linger();
  }

  /** From now on it has the deadline's time to end by itself. */
  linger(): void {
    const linger = new Deadline(this.owner.deadlineMs, () => this.socket.destroy());
    linger.arm();
    this.socket.once('close', () => linger.disarm());
  }

  protected override handleSend({ data: batch }: { readonly data: Batch }): void {
    if (!this.isOpen) return;
    if (batch !== HANG_UP) {
      writeBatch(this.socket, batch);
      return;
    }
    this.fault = faults.closed();
    this.socket.end();
  }

  protected override handleData(chunk: Buffer): void {
    if (this.fault !== null) return;
    this.reader.read(chunk, (frame) => this.take(frame));
    if (this.isBulk) return;
    if (this.reader.isPartial) this.stall.arm();
    else this.stall.disarm();
  }

  protected override handleDataError(error: unknown): void {
    this.fail(error instanceof LinkFault ? error : faults.malformed(String(error)));
  }

  private get isBulk(): boolean {
    return this.introduction?.connection.lane === 'bulk';
  }

  private begin(): void {
    if (this.owner.identity() === null) {
      this.fail(faults.notReady());
      return;
    }
    this.handshake = new Handshake(this.role, () => this.identity(), this.connection);
    if (this.role === 'dialer') this.socket.write(this.handshake.opening());
  }

  /** Asked anew each time, as a removal in between changes it. */
  private identity(): Identity {
    const identity = this.owner.identity();
    if (identity === null) throw faults.notReady();
    return identity;
  }

  private take(frame: Frame): void {
    if (this.fault !== null) return;
    if (this.introduction === null) this.takeHandshake(frame);
    else if (frame.type === FrameType.batch) this.emitBatch(frame);
    else throw faults.malformed('not a batch');
  }

  private takeHandshake(frame: Frame): void {
    const { reply, introduction } = this.handshake!.take(frame);
    if (introduction !== null && this.role === 'acceptor') this.owner.admit(introduction);
    if (reply !== null) this.socket.write(reply);
    if (introduction === null) return;
    this.introduction = introduction;
    this.silence.disarm();
    this.reader.limitBytes = MAX_FRAME_BYTES;
    if (this.isBulk) this.expectMovement();
    this.owner.opened(this, introduction);
  }

  /** Node starts a socket's timer anew with every byte that moves, also in the middle of a write. */
  private expectMovement(): void {
    this.stall.disarm();
    const patienceMs = BULK_PATIENCE * this.owner.deadlineMs;
    this.socket.setTimeout(patienceMs, () => {
      const { bytesRead } = this.socket;
      setImmediate(() => {
        const isWaiting = this.reader.isPartial || this.socket.writableLength > 0;
        if (isWaiting && this.socket.bytesRead === bytesRead) this.fail(faults.stuck(patienceMs));
      });
    });
  }

  private emitBatch({ sequence, payload }: Frame): void {
    const batch: Batch = { sequence, payload };
    if (this.isBulk) this.yield();
    if (this.role === 'acceptor') this.socket.emit('message', { pattern: FRAMES, data: batch });
    else this.socket.emit(FRAMES, batch);
  }

  /** The event loop reads a connection for as long as it has something; the records come in between. */
  private yield(): void {
    this.socket.pause();
    setImmediate(() => this.socket.resume());
  }

  private settle(): void {
    this.silence.disarm();
    this.stall.disarm();
    this.fault ??= faults.closed();
    this.owner.closed(this, this.fault);
  }
}

/** `gone` rests on this: the host refused at every one of its addresses. */
function lossOf(error: NodeJS.ErrnoException | string): LinkFault {
  if (typeof error === 'string') return faults.lost(error);
  const causes = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : [error];
  const isRefused = causes.length > 0 && causes.every(({ code }) => code === 'ECONNREFUSED');
  return isRefused ? faults.noListener() : faults.lost(error.code ?? error.message);
}

/** The class that Nest's TCP server or client makes an instance of for each connection (its `socketClass`). */
export function frameSocketClass(
  role: Role,
  owner: SocketOwner,
  connection: Connection | null = null,
): new (socket: Socket) => FrameSocket {
  return class extends FrameSocket {
    constructor(socket: Socket) {
      super(socket, role, owner, connection);
    }
  };
}
