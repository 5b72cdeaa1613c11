/**
 * A bound on a peer's silence. A server that was itself held up finds the timer due before it has read what arrived
 * meanwhile; so it blames the peer only after the sockets were read once more.
 */
export class Deadline {
  private timer: NodeJS.Timeout | undefined;
  private armed = 0;

  constructor(
    private readonly ms: number,
    private readonly onExpired: () => void,
  ) {}

  /** Starts it, or starts it anew. */
  arm(): void {
    this.armed++;
    if (this.timer === undefined) this.timer = setTimeout(() => this.lookAgain(), this.ms);
    else this.timer.refresh();
  }

  disarm(): void {
    this.armed++;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private lookAgain(): void {
    const { armed } = this;
    setImmediate(() => {
      if (this.armed === armed) this.onExpired();
    });
  }
}
