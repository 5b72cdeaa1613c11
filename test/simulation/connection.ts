import type { LinkId, Message, Server } from '../../src/replication/index.js';
import { decode, encode } from './wire.js';
import { Pipe, type Parcel } from './pipe.js';
import type { Process } from './process.js';
import type { Wires } from './wires.js';

/** One side of a connection, as one process holds it. */
export class End {
  open = true;
  private readonly pipe: Pipe;
  private peer!: End;
  /** Of the dialling side, until the other side has said who it is. */
  onWelcome: (() => void) | null = null;

  private constructor(
    readonly process: Process,
    readonly link: LinkId,
    to: number,
    wires: Wires,
    lagMs: number,
  ) {
    this.pipe = new Pipe(
      wires,
      process.host.index,
      to,
      lagMs,
      (parcel) => this.peer.receive(parcel),
      () => this.process.enter(() => this.breakOff()),
    );
  }

  static pair(dialer: Process, acceptor: Process, wires: Wires, lagMs: number): [End, End] {
    const near = new End(dialer, dialer.nextLink(), acceptor.host.index, wires, lagMs);
    const far = new End(acceptor, acceptor.nextLink(), dialer.host.index, wires, lagMs);
    near.peer = far;
    far.peer = near;
    return [near, far];
  }

  get peerSelf(): Server {
    return this.peer.process.self;
  }

  send(messages: readonly Message[]): void {
    if (!this.open) return;
    const bytes = encode(messages);
    this.process.world.trace.bytes(bytes);
    this.pipe.send({ kind: 'data', bytes });
  }

  welcome(): void {
    this.pipe.send({ kind: 'welcome' });
  }

  /** Closed by this side: what was sent before still goes out. */
  close(): void {
    this.open = false;
    this.pipe.send({ kind: 'end' });
  }

  /** The process was killed: its kernel closes for it, but some of the last data is lost. */
  die(): void {
    this.pipe.loseTail();
    this.close();
  }

  /** The machine lost its power: nobody is told. */
  vanish(): void {
    this.open = false;
    this.pipe.loseTail();
  }

  private receive(parcel: Parcel): void {
    const { process } = this;
    if (!this.open) {
      // A machine without power says nothing; one that has it again resets what it does not know.
      if (process.host.powered) this.pipe.send({ kind: 'end' });
      return;
    }
    process.enter(() => this.handle(parcel));
  }

  private handle(parcel: Parcel): void {
    if (!this.open) return;
    if (parcel.kind === 'end') this.breakOff();
    else if (parcel.kind === 'welcome') this.onWelcome?.();
    else this.process.receive(this.link, decode(parcel.bytes));
  }

  private breakOff(): void {
    if (!this.open) return;
    this.close();
    this.process.linkClosed(this.link);
  }
}
