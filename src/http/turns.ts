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
  /** Answers that are worked on behind others. */
  private readonly behind = new WeakMap<Socket, Set<ServerResponse>>();

  constructor(private readonly listener: RequestListener) {}

  take(request: IncomingMessage, response: ServerResponse): void {
    // A response has its socket from the beginning unless there is another one before it.
    if (response.socket !== null) return this.listener(request, response);
    if (!this.mayOvertake(request)) return this.queue(request, response);
    this.follow(request.socket, response);
    this.listener(request, response);
  }

  /** Node tells only the answer that is next of the end of its connection: who works on another would never hear of it. */
  private follow(socket: Socket, response: ServerResponse): void {
    const behind = this.behind.get(socket) ?? new Set();
    if (!this.behind.has(socket)) {
      this.behind.set(socket, behind);
      socket.once('close', () => [...behind].filter(isCutOff).forEach(close));
    }
    behind.add(response);
    response.once('close', () => behind.delete(response));
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

function isCutOff({ socket }: ServerResponse): boolean {
  return socket === null;
}

function close(response: ServerResponse): void {
  response.destroy();
  response.emit('close');
}

function isSafe(method: string | undefined): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
