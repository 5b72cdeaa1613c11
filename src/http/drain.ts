import { Server as HttpServer } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';

import { pendingResponse } from './pending-response.js';

const SWEEP_MS = 20;

/** The connections of a server, so that it can end without cutting an answer short. */
export class Connections {
  private readonly sockets = new Set<Socket>();

  constructor(private readonly server: HttpServer) {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** Takes no more connections, lets pending requests complete, and ends what is left after `drainMs`. */
  async drain(drainMs: number): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise<void>((resolve) => {
      // http.Server.close would destroy connections whose last answer is not flushed yet.
      NetServer.prototype.close.call(this.server, () => resolve());
    });
    const sweep = setInterval(() => this.endIdle(), SWEEP_MS);
    const deadline = setTimeout(() => this.destroyAll(), drainMs);
    this.endIdle();
    await closed;
    clearInterval(sweep);
    clearTimeout(deadline);
    // Ends the timer that looks for expired requests.
    this.server.close();
  }

  destroyAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private endIdle(): void {
    for (const socket of this.sockets) if (pendingResponse(socket) === undefined) socket.destroySoon();
  }
}
