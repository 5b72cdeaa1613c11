import { Server as HttpServer, type ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Server as TlsServer } from 'node:tls';

import type { HttpLimits } from './limits.js';
import { pendingResponse } from './pending-response.js';
import { SilenceWatch } from './silence.js';

const DRAIN_LOOK_MS = 20;
/** For an answer to be sent whose client was let linger. */
const SEND_MS = 200;

/** The connections of a server: it lets go of silent ones, and can end without cutting an answer short. */
export class Connections {
  private readonly sockets = new Set<Socket>();
  /** With TLS: the connections below those, with the ones that are no further than their handshake. */
  private readonly carriers = new Set<Socket>();
  /** What is left of the time that pending requests get at the end, in all. */
  private drainMs: number;

  constructor(
    private readonly server: HttpServer,
    private readonly limits: HttpLimits,
  ) {
    this.drainMs = limits.drainMs;
    const watch = new SilenceWatch(limits);
    const timer = setInterval(() => watch.look(this.sockets, performance.now()), watch.everyMs).unref();
    server.once('close', () => clearInterval(timer));
    const isSecure = server instanceof TlsServer;
    server.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => keep(socket, this.sockets));
    if (isSecure) server.on('connection', (socket: Socket) => keep(socket, this.carriers));
  }

  /** The answers that are to be sent next, or are being sent. */
  get due(): ServerResponse[] {
    return [...this.sockets].map(pendingResponse).filter((response) => response !== undefined);
  }

  /** Waits for the answers that are due now, each the last of its connection, within the time of the drain. */
  async settle(): Promise<void> {
    const since = performance.now();
    const { due } = this;
    for (const response of due) response.shouldKeepAlive = false;
    await Promise.race([Promise.all(due.map(over)), delay(this.drainMs, undefined, { ref: false })]);
    this.drainMs -= performance.now() - since;
  }

  /**
   * Takes no more connections, lets pending requests complete in what is left of the time, and ends the others then. Who was only just
   * refused has time to read that in any case.
   */
  async drain(): Promise<void> {
    if (!this.server.listening) return;
    const lastMs = Math.max(this.drainMs, this.limits.lingerMs + SEND_MS);
    const closed = new Promise<void>((resolve) => {
      // http.Server.close would destroy connections whose last answer is not flushed yet.
      NetServer.prototype.close.call(this.server, () => resolve());
    });
    const sweep = setInterval(() => this.endIdle(), DRAIN_LOOK_MS);
    const deadline = setTimeout(() => this.destroyAll(), lastMs);
    this.endIdle();
    await closed;
    clearInterval(sweep);
    clearTimeout(deadline);
    // Ends the timer that looks for expired requests.
    this.server.close();
  }

  destroyAll(): void {
    for (const socket of [...this.sockets, ...this.carriers]) socket.destroy();
  }

  private endIdle(): void {
    for (const socket of this.sockets) if (pendingResponse(socket) === undefined) socket.destroySoon();
  }
}

/** Keeps a socket in `sockets` for as long as it is open. */
function keep(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
}

function over(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', () => resolve());
  });
}
