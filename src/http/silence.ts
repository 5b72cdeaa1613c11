import type { Socket } from 'node:net';

import type { HttpLimits } from './limits.js';
import { pendingResponse } from './pending-response.js';

/** Looks in the time after which the soonest connection is let go. */
const LOOKS = 6;

interface Seen {
  readonly bytes: number;
  readonly at: number;
}

/**
 * Lets go of connections on which nothing moves: those without a request, and those whose client does not read its
 * answer. One look at all of them every few seconds takes the place of node:http's timers, which are set anew twice for
 * each request and cost a twentieth of a GET. A request whose end does not arrive is watched by `pace.ts`; one that the
 * ring is still working on may take its time.
 */
export class SilenceWatch {
  private readonly seen = new WeakMap<Socket, Seen>();
  readonly everyMs: number;

  constructor(private readonly limits: Pick<HttpLimits, 'keepAliveMs' | 'silenceMs'>) {
    this.everyMs = Math.min(limits.keepAliveMs, limits.silenceMs) / LOOKS;
  }

  look(sockets: Iterable<Socket>, now: number): void {
    for (const socket of sockets) {
      const seen = this.seen.get(socket);
      const bytes = movedOn(socket);
      if (seen?.bytes !== bytes) this.seen.set(socket, { bytes, at: now });
      else if (now - seen.at >= this.patienceMs(socket)) socket.destroy();
    }
  }

  private patienceMs(socket: Socket): number {
    if (socket.writableLength > 0) return this.limits.silenceMs;
    return pendingResponse(socket) === undefined ? this.limits.keepAliveMs : Number.POSITIVE_INFINITY;
  }
}

/** Who is owed something moves only by reading it, whatever it sends meanwhile. */
function movedOn({ bytesRead, bytesWritten, writableLength }: Socket): number {
  return bytesWritten - writableLength + (writableLength > 0 ? 0 : bytesRead);
}
