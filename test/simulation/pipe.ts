import type { Wires } from './wires.js';

export type Parcel =
  | { readonly kind: 'welcome' }
  | { readonly kind: 'data'; readonly bytes: Buffer }
  /** The sender closed, or is no more. */
  | { readonly kind: 'end' };

interface Sent {
  readonly number: number;
  readonly parcel: Parcel;
}

/** How long TCP waits at most before it sends again on a way that is open once more. */
const RETRANSMIT_MS = 200;
const GIVE_UP_MS = [2_500, 9_000] as const;

/**
 * One direction of a connection: in order, without loss while both ends live. What meets a cut is held, as TCP would keep on sending
 * it, until the way is open or the sender's kernel gives up.
 */
export class Pipe {
  private next = 0;
  private landed = 0;
  private lostFrom = Infinity;
  private lastArrival = 0;
  private held: Sent[] = [];
  ended = false;

  constructor(
    private readonly wires: Wires,
    private readonly from: number,
    private readonly to: number,
    /** What this connection's path takes longer than others of the same two hosts, now. */
    private readonly lagMs: () => number,
    private readonly arrive: (parcel: Parcel) => void,
    private readonly giveUp: () => void,
  ) {}

  send(parcel: Parcel): void {
    if (this.ended) return;
    this.ended = parcel.kind === 'end';
    const sent = { number: this.next++, parcel };
    if (this.isBlocked) this.hold(sent);
    else this.fly(sent);
  }

  /** The sender died: some of the last parcels never left its machine. */
  loseTail(): void {
    this.lostFrom = this.landed + this.wires.random.below(this.next - this.landed + 1);
    this.held = this.held.filter((sent) => !this.isLost(sent));
  }

  private get isBlocked(): boolean {
    return this.held.length > 0 || this.wires.isCut(this.from, this.to);
  }

  private isLost(sent: Sent): boolean {
    return sent.number >= this.lostFrom && sent.parcel.kind !== 'end';
  }

  private fly(sent: Sent): void {
    const { world } = this.wires;
    const arrival = world.now + this.wires.delay(this.from, this.to) + this.lagMs();
    if (arrival > this.lastArrival) this.lastArrival = arrival;
    world.at(this.lastArrival, () => this.land(sent));
  }

  private land(sent: Sent): void {
    if (this.isLost(sent)) return;
    if (this.isBlocked) {
      this.hold(sent);
      return;
    }
    this.landed = sent.number + 1;
    this.arrive(sent.parcel);
  }

  private hold(sent: Sent): void {
    const { world, random } = this.wires;
    const first = this.held.length === 0;
    this.held.push(sent);
    this.held.sort((a, b) => a.number - b.number);
    if (!first) return;
    this.wires.retryOnHeal(() => this.retry());
    world.after(random.between(...GIVE_UP_MS), () => this.checkHeld(sent));
  }

  private retry(): void {
    const { world, random } = this.wires;
    world.after(random.between(1, RETRANSMIT_MS), () => {
      if (this.wires.isCut(this.from, this.to)) this.wires.retryOnHeal(() => this.retry());
      else for (const sent of this.held.splice(0)) this.fly(sent);
    });
  }

  private checkHeld(sent: Sent): void {
    if (!this.held.includes(sent)) return;
    this.lostFrom = Math.min(this.lostFrom, this.held[0]!.number);
    this.held = this.held.filter((other) => !this.isLost(other));
    this.giveUp();
    // What stands for the reset must be found by the other side, once the way is open again.
    if (this.held.length === 0 && !this.ended) this.send({ kind: 'end' });
  }
}
