import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import { errorKind, type ErrorCode } from './errors.js';
import { pendingResponse } from './pending-response.js';
import { problemHeaders, renderProblem } from './problem.js';

export interface RawProblem {
  readonly code: ErrorCode;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

/** What to answer; `isBegun`: the head of the faulty request was taken, and its fault is in the body. */
export type JudgeFault = (isBegun: boolean) => RawProblem;

/** Connections whose last answer is decided; further faults on them are echoes of the first. */
const decided = new WeakSet<Duplex>();

/**
 * Answers on a connection on which there is no request that could be answered, and closes it. The answer may only be written
 * where the client takes it for the one to the faulty request: all answers that are due to requests before it go
 * first, as one of them may be to a write that was done.
 */
export function answerRaw(socket: Duplex, judge: JudgeFault): void {
  if (decided.has(socket)) return;
  decided.add(socket);
  answerInTurn(socket, judge);
}

function answerInTurn(socket: Duplex, judge: JudgeFault): void {
  const pending = pendingResponse(socket);
  if (!socket.writable) socket.destroy();
  else if (pending === undefined) socket.end(render(judge(false)));
  else if (pending.req.complete) pending.once('close', () => answerInTurn(socket, judge));
  else if (pending.headersSent) endSoon(socket);
  else socket.end(render(judge(true)), () => socket.destroy());
}

/** The faulty request has had its answer already, which may still be on its way out. */
function endSoon(socket: Duplex): void {
  socket.end(() => socket.destroy());
}

function render({ code, headers }: RawProblem): string {
  const { status } = errorKind(code);
  const body = renderProblem(code);
  const all = [...headers, ...problemHeaders(code, body), 'Connection', 'close'];
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, `Date: ${new Date().toUTCString()}`];
  for (let at = 0; at < all.length; at += 2) lines.push(`${all[at]}: ${all[at + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
