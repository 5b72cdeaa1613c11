import type { ServerProcess } from '../support/processes/index.js';
import type { Pile } from './pile.js';
import type { Stage } from './stage.js';

/** SIGSTOP and SIGCONT to a server that gets requests meanwhile. */
export class Pause {
  private constructor(
    private readonly stage: Stage,
    readonly victim: ServerProcess,
    private readonly pile: Pile,
  ) {}

  /** `lengthMs`: how long it is going to be. */
  static async prepare(stage: Stage, victim: ServerProcess, lengthMs: number): Promise<Pause> {
    return new Pause(stage, victim, await stage.preparePile(victim, lengthMs));
  }

  /** Answers when the process was stopped, on the monotonic clock. */
  begin(): number {
    this.stage.shunned.add(this.victim);
    this.victim.pause();
    const at = performance.now();
    this.pile.start();
    return at;
  }

  /** Answers when it went on. */
  end(): number {
    this.pile.stop();
    this.victim.resume();
    this.stage.shunned.delete(this.victim);
    return performance.now();
  }
}
