import type { Message } from '../../src/replication/index.js';
import type { Host } from './host.js';

export interface Trap {
  readonly host: Host | null;
  readonly direction: 'send' | 'receive';
  readonly kind: Message['kind'];
  /** Springs at the n-th such message. */
  readonly nth: number;
  /** Whether the message still goes out. */
  readonly when: 'before' | 'after';
}

/** Kills a process at one message, so that it dies at every step of joining and of choosing a view. */
export class Traps {
  private readonly armed: { readonly trap: Trap; count: number }[] = [];

  constructor(private readonly spring: (host: Host) => boolean) {}

  arm(trap: Trap): void {
    this.armed.push({ trap, count: 0 });
  }

  disarm(): void {
    this.armed.length = 0;
  }

  /** Non-null: the process dies over this message, and whether it does so before it was sent or after. */
  springs(host: Host, direction: Trap['direction'], message: Message): Trap['when'] | null {
    for (const entry of this.armed) {
      const { trap } = entry;
      if (trap.kind !== message.kind || trap.direction !== direction) continue;
      if (trap.host !== null && trap.host !== host) continue;
      if (++entry.count < trap.nth) continue;
      this.armed.splice(this.armed.indexOf(entry), 1);
      return this.spring(host) ? trap.when : null;
    }
    return null;
  }
}
