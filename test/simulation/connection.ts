import type { LinkId, Message, Server } from '../../src/replication/index.js';
import { decode, encode } from './wire.js';
import { Pipe, type Parcel } from './pipe.js';
import type { Process } from './process.js';
import type { Wires } from './wires.js';

export type Lane = 'record' | 'bulk';

export function laneOf({ kind }: Message): Lane {
  return kind === 'blob-piece' ? 'bulk' : 'record';
}

/** How much longer than others this connection takes. */
export interface Lag {
  /** What it says, always. */
  readonly recordMs: number;
  /** A piece of a large body, at most. */
  readonly bulkMs: number;
}

/**
 * One side of a link, as one process holds it. It has two lanes, each a connection of its own: pieces of large bodies take the
 * bulk lane, all else the record lane. In between there is no order. What breaks one lane breaks the link.
 */
export class End {
  open = true;
  private readonly records: Pipe;
  private readonly bulk: Pipe;
  private peer!: End;
  /** Of the dialling side, until the other side has said who it is. */
  onWelcome: (() => void) | null = null;

  private constructor(
    readonly process: Process,
    readonly link: LinkId,
    to: number,
    wires: Wires,
    { recordMs, bulkMs }: Lag,
  ) {
    const lane = (lagMs: () => number) =>
      new Pipe(
        wires,
        process.host.index,
        to,
        lagMs,
        (parcel) => this.peer.receive(parcel),
        () => this.process.enter(() => this.breakOff()),
      );
    this.records = lane(() => recordMs);
    this.bulk = lane(() => wires.bulkDelay(bulkMs));
  }

  static pair(dialer: Process, acceptor: Process, wires: Wires, lag: Lag): [End, End] {
    const near = new End(dialer, dialer.nextLink(), acceptor.host.index, wires, lag);
    const far = new End(acceptor, acceptor.nextLink(), dialer.host.index, wires, lag);
    near.peer = far;
    far.peer = near;
    return [near, far];
  }

  get peerSelf(): Server {
    return this.peer.process.self;
  }

  /** All of one lane: what goes out together is one piece on the wire. */
  send(lane: Lane, messages: readonly Message[]): void {
    if (!this.open) return;
    const bytes = encode(messages);
    this.process.world.trace.bytes(bytes);
    (lane === 'bulk' ? this.bulk : this.records).send({ kind: 'data', bytes });
  }

  welcome(): void {
    this.records.send({ kind: 'welcome' });
  }

  /** Closed by this side: what was said before still goes out, but pieces on their way are of no use any more. */
  close(): void {
    this.open = false;
    this.records.send({ kind: 'end' });
  }

  /** The process was killed: its kernel closes for it, but some of the last data is lost. Either lane may tell first. */
  die(): void {
    this.loseTails();
    this.close();
    this.bulk.send({ kind: 'end' });
  }

  /** The machine lost its power: nobody is told. */
  vanish(): void {
    this.open = false;
    this.loseTails();
  }

  private loseTails(): void {
    this.records.loseTail();
    this.bulk.loseTail();
  }

  private receive(parcel: Parcel): void {
    const { process } = this;
    if (!this.open) {
      // A machine without power says nothing; one that has it again resets what it does not know.
      if (process.host.powered) this.records.send({ kind: 'end' });
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
