import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import type { HttpLimits } from './limits.js';

const SECOND_MS = 1000;

/** One request whose body is on its way. The clock stands still while the server itself does not read. */
interface Sender {
  readonly since: number;
  /** What the socket had read by then. */
  readonly bytesBefore: number;
  heldMs: number;
  /** Since when the server has not been reading; null while it does. */
  heldSince: number | null;
}

/**
 * Lets go of clients that send a body too slowly: each has a time of grace, and what its bytes take at the least pace. So
 * a large body may take as long as it needs, and a few bytes may not. The usual small body is here together with its
 * headers, or in the next turn, and costs nothing but the question.
 */
export class BodyPace {
  private readonly senders = new Map<IncomingMessage, Sender>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly limits: Pick<HttpLimits, 'requestMs' | 'checkMs' | 'bodyBytesPerSecond'>,
    private readonly letGo: (socket: Socket) => void,
  ) {}

  watch(request: IncomingMessage): void {
    if (!hasBody(request)) return;
    const since = performance.now();
    process.nextTick(() => {
      if (!request.complete && !request.destroyed) this.add(request, since);
    });
  }

  look(now: number): void {
    for (const [request, sender] of this.senders) {
      if (request.complete) this.senders.delete(request);
      else if (this.isLate(request.socket, sender, now)) {
        this.senders.delete(request);
        this.letGo(request.socket);
      }
    }
    if (this.senders.size === 0) this.rest();
  }

  private add(request: IncomingMessage, since: number): void {
    const isHeld = request.readableFlowing !== true;
    const bytesBefore = request.socket.bytesRead;
    const sender: Sender = { since, bytesBefore, heldMs: 0, heldSince: isHeld ? since : null };
    request.on('pause', () => hold(sender)).on('resume', () => release(sender));
    request.once('close', () => this.senders.delete(request));
    this.senders.set(request, sender);
    this.timer ??= setInterval(() => this.look(performance.now()), this.limits.checkMs).unref();
  }

  private isLate({ bytesRead }: Socket, sender: Sender, now: number): boolean {
    if (sender.heldSince !== null) return false;
    const { requestMs, bodyBytesPerSecond } = this.limits;
    const earnedMs = ((bytesRead - sender.bytesBefore) / bodyBytesPerSecond) * SECOND_MS;
    return now - sender.since - sender.heldMs > requestMs + earnedMs;
  }

  private rest(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

function hold(sender: Sender): void {
  sender.heldSince ??= performance.now();
}

function release(sender: Sender): void {
  if (sender.heldSince === null) return;
  sender.heldMs += performance.now() - sender.heldSince;
  sender.heldSince = null;
}
