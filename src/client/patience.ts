/** Does something when nothing else has happened for a time. */
export class Patience {
  isOver = false;
  private timer: NodeJS.Timeout;

  constructor(
    public ms: number,
    private readonly onEnd: () => void,
  ) {
    this.timer = this.start();
  }

  /** It begins anew; `ms`: and is so long from now on. */
  extend(ms = this.ms): void {
    if (ms === this.ms) return void this.timer.refresh();
    clearTimeout(this.timer);
    this.ms = ms;
    this.timer = this.start();
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private start(): NodeJS.Timeout {
    return setTimeout(() => {
      this.isOver = true;
      this.onEnd();
    }, this.ms);
  }
}
