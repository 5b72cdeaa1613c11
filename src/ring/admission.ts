import { faults, type LinkFault } from './faults.js';
import type { FrameSocket } from './frame-socket.js';
import { Failures } from './failures.js';

/** Incoming connections that have proved the secret. A ring needs one link of two lanes, and a few while it changes. */
export const MAX_INCOMING = 128;
/** Incoming connections that have proved nothing yet. */
export const MAX_UNPROVED = 16;

/**
 * Bounds the incoming connections. Of those that have proved nothing the oldest makes way, since an honest peer needs no
 * longer than two round trips; so nobody keeps honest peers out by connecting and saying nothing.
 */
export class Admission {
  private readonly unproved = new Set<FrameSocket>();
  private readonly proved = new Set<FrameSocket>();

  constructor(private readonly failures = new Failures()) {}

  arrived(socket: FrameSocket): void {
    if (this.failures.areTooMany(socket.remoteHost)) {
      socket.fail(faults.tooOften());
    } else if (this.proved.size >= MAX_INCOMING) {
      socket.fail(faults.full(MAX_INCOMING));
    } else {
      this.unproved.add(socket);
      this.makeRoom();
    }
  }

  opened(socket: FrameSocket): void {
    if (this.unproved.delete(socket)) this.proved.add(socket);
  }

  closed(socket: FrameSocket, fault: LinkFault): void {
    this.proved.delete(socket);
    const hasFailed = this.unproved.delete(socket) && fault.code !== 'not-ready';
    if (hasFailed) this.failures.count(socket.remoteHost);
  }

  private makeRoom(): void {
    const [oldest] = this.unproved;
    if (oldest === undefined || this.unproved.size <= MAX_UNPROVED) return;
    this.unproved.delete(oldest);
    this.failures.count(oldest.remoteHost);
    oldest.fail(faults.crowded(MAX_UNPROVED));
  }
}
