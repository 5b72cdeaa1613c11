import { RingletError } from './error.js';
import type { Span } from './span.js';

/** So many things at once; more wait in the order in which they came. */
export class Slots {
  private free: number;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly count: number) {
    this.free = count;
  }

  /** Resolves with what gives the slot back. @throws RingletError `too_many_requests` at the deadline */
  async take(span: Span): Promise<() => void> {
    if (this.free > 0) this.free--;
    else await this.turn(span);
    let isTaken = true;
    return () => {
      if (isTaken) this.giveBack();
      isTaken = false;
    };
  }

  private turn({ signal }: Span): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.waiting.delete(take);
        reject(this.crowded());
      };
      this.waiting.add(take);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  private giveBack(): void {
    const [next] = this.waiting;
    if (next === undefined) return void this.free++;
    this.waiting.delete(next);
    next();
  }

  private crowded(): RingletError {
    const sentence = `${this.count} requests were on their way already, and none has ended in time: read or discard the bodies of what was got, or raise maxSockets.`;
    return new RingletError('unavailable', 'too_many_requests', sentence);
  }
}
