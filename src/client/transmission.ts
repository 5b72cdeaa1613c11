import type { ClientRequest } from 'node:http';

import type { BodySource } from './body-source.js';
import { RingletError } from './error.js';
import { Patience } from './patience.js';
import { sendBody } from './send-body.js';
import type { Bounds, Reply } from './wire.js';

/** What a server gets to take more of a large body, and to answer behind it: the ring may be closing over a gap. */
const LARGE_PATIENCE_MS = 5000;

/** One request on its way, until the head of its answer. */
export class Transmission {
  private readonly patience: Patience;
  private isConnected = false;
  private isWithheld = false;
  private isAwaited = false;

  constructor(
    private readonly request: ClientRequest,
    private readonly bounds: Bounds,
  ) {
    this.patience = new Patience(bounds.patienceMs, () => request.destroy());
    request.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => (this.isConnected = true));
      else this.isConnected = true;
    });
  }

  run(body: BodySource | null): Promise<Reply> {
    const { request, patience } = this;
    const reply = new Promise<Reply>((resolve) => {
      request.once('response', (message) => {
        // What is left of the request is of no use any more, and its connection of none for another.
        message.once('close', () => request.writableFinished || request.destroy());
        resolve({ kind: 'answer', message });
      });
      request.on('error', (error) => resolve(this.replyTo(error)));
      request.once('close', () => resolve(this.replyTo(new Error('the connection has ended'))));
    });
    this.start(body);
    return reply.finally(() => patience.end());
  }

  private start(body: BodySource | null): void {
    if (body === null) this.request.end();
    else if (body.small !== null) this.request.end(body.small);
    else this.offer(body);
  }

  private offer(body: BodySource): void {
    this.isWithheld = true;
    this.request.once('continue', () => {
      this.isWithheld = false;
      this.isAwaited = true;
      this.patience.extend(Math.max(this.bounds.patienceMs, LARGE_PATIENCE_MS));
      void sendBody(this.request, body, (bytes) => {
        this.patience.extend();
        this.bounds.onProgress?.(bytes);
      });
    });
    this.request.flushHeaders();
  }

  private replyTo(error: Error): Reply {
    if (error instanceof RingletError) return { kind: 'no-body', error };
    const { request, patience } = this;
    const isLate = patience.isOver;
    const isStale = request.reusedSocket && !isLate && !this.isAwaited && isReset(error);
    const why = isLate ? `no answer in ${patience.ms} ms` : reasonOf(error);
    return { kind: 'silent', why, isSent: this.isConnected && !this.isWithheld, isLate, isStale };
  }
}

/** What a system call complains of, in short. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? (message || String(error));
}

function isReset({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}
