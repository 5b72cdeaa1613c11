import { Queue } from './queue.js';
import type { ServerId } from './server.js';

interface Kept {
  readonly request: number;
  readonly body: Uint8Array | null;
}

/** Bodies of submits that passed in this view, in the order of each origin; their records follow without them. */
export class Stash {
  private readonly kept = new Map<ServerId, Queue<Kept>>();

  put(origin: ServerId, request: number, body: Uint8Array | null): void {
    let queue = this.kept.get(origin);
    if (!queue) this.kept.set(origin, (queue = new Queue()));
    queue.push({ request, body });
  }

  /** The body of this request; drops those of earlier ones. undefined when it did not pass here. */
  take(origin: ServerId, request: number): Uint8Array | null | undefined {
    const queue = this.kept.get(origin);
    let kept = queue?.shift();
    while (kept && kept.request < request) kept = queue!.shift();
    return kept?.request === request ? kept.body : undefined;
  }

  clear(): void {
    this.kept.clear();
  }
}
