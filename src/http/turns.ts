import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { pendingResponse } from './pending-response.js';

/** Requests of one connection that may wait behind others; a client that sends more is let go. */
const MAX_WAITING = 256;

/**
 * Requests that a client sends without waiting for answers may be worked on at the same time only when all of them are
 * safe (RFC 9112, 9.3.2): a GET behind a PUT sees what the PUT did. node:http keeps the answers in order; this keeps
 * the work in order.
 */
export class Turns {
  private readonly waiting = new WeakMap<Socket, (() => void)[]>();

  constructor(private readonly listener: RequestListener) {}

  take(request: IncomingMessage, response: ServerResponse): void {
    // A response has its socket from the beginning unless there is another one before it.
    if (response.socket !== null || this.mayOvertake(request)) this.listener(request, response);
    else this.queue(request, response);
  }

  private mayOvertake({ socket, method }: IncomingMessage): boolean {
    const before = pendingResponse(socket)?.req.method;
    return isSafe(method) && isSafe(before) && !this.waiting.has(socket);
  }

  private queue(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const queue = this.waiting.get(socket) ?? [];
    if (queue.length >= MAX_WAITING) return void socket.destroy();
    queue.push(() => this.listener(request, response));
    if (queue.length > 1) return;
    this.waiting.set(socket, queue);
    this.watch(socket, response);
  }

  /** The answer before is over; the first of those that wait may have its turn now, or an answer is still before it. */
  private watch(socket: Socket, response: ServerResponse): void {
    pendingResponse(socket)?.once('close', () => {
      if (socket.destroyed) this.waiting.delete(socket);
      else if (response.socket === null) this.watch(socket, response);
      else this.next(socket);
    });
  }

  private next(socket: Socket): void {
    const queue = this.waiting.get(socket)!;
    queue.shift()!();
    const current = pendingResponse(socket);
    if (queue.length === 0 || current === undefined) this.waiting.delete(socket);
    else current.once('close', () => (socket.destroyed ? this.waiting.delete(socket) : this.next(socket)));
  }
}

function isSafe(method: string | undefined): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
