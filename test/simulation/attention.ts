import type { ProcessClock } from './clock.js';
import type { World } from './world.js';

/** Whether a process runs. What happens to it while it does not (SIGSTOP, a busy event loop, a machine asleep) waits in its kernel. */
export class Attention {
  private backlog: (() => void)[] | null = null;
  private asleepSince: number | null = null;
  private over = false;

  constructor(
    private readonly world: World,
    private readonly clock: ProcessClock,
    /** Runs before what waited is handled. */
    private readonly onWake: () => void,
  ) {}

  get isStopped(): boolean {
    return this.backlog !== null;
  }

  /** Does it now, or when the process runs again. */
  enter(act: () => void): void {
    if (this.over) return;
    if (this.backlog === null) act();
    else this.backlog.push(act);
  }

  stop(ms: number, asleep: boolean): void {
    if (this.backlog !== null) return;
    this.backlog = [];
    this.asleepSince = asleep ? this.world.now : null;
    this.world.after(ms, () => this.wake());
  }

  wake(): void {
    const { backlog } = this;
    if (backlog === null || this.over) return;
    this.backlog = null;
    if (this.asleepSince !== null) this.clock.sleep(this.world.now - this.asleepSince);
    this.onWake();
    for (const act of backlog) this.enter(act);
  }

  end(): void {
    this.over = true;
  }
}
