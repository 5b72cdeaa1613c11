import type { IncomingMessage, ServerResponse } from 'node:http';

import { Injectable, Logger } from '@nestjs/common';

import { errorKind, type ErrorCode } from './errors.js';
import { Labels } from './labels.js';
import { DEFAULT_HTTP_LIMITS } from './limits.js';
import { Problem, problemHeaders, renderProblem, type ProblemDetails } from './problem.js';
import { endEarly, leavesBody } from './unread-body.js';

const CLOSING: readonly string[] = ['Connection', 'close'];

/** Answers on plain node:http, with or without Express around it. */
@Injectable()
export class Answers {
  private readonly logger = new Logger(Answers.name);
  /** As in the limits of the server, which tells it before it listens. */
  lingerMs = DEFAULT_HTTP_LIMITS.lingerMs;

  constructor(readonly labels: Labels) {}

  /** Answers without a body. `headers`: names and values in turn. */
  empty(
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    headers: readonly string[] = [],
  ): void {
    this.send(request, response, status, headers, '');
  }

  /** Sends a client on that wished for that. `headers`: names and values in turn. */
  redirect(
    request: IncomingMessage,
    response: ServerResponse,
    location: string,
    headers: readonly string[] = [],
  ): void {
    const own = ['Location', location, 'Preference-Applied', 'redirect', 'Content-Length', '0'];
    this.empty(request, response, 307, [...own, ...headers]);
  }

  problem(
    request: IncomingMessage,
    response: ServerResponse,
    code: ErrorCode,
    details?: ProblemDetails,
  ): void {
    const body = renderProblem(code, details);
    this.send(request, response, errorKind(code).status, problemHeaders(code, body, details), body);
  }

  /** What a resource says to the methods that it has no answer of its own for. `allowed`: as in the header Allow. */
  otherMethod(request: IncomingMessage, response: ServerResponse, allowed: string): void {
    const headers = ['Allow', allowed];
    if (request.method === 'OPTIONS') this.empty(request, response, 204, headers);
    else this.problem(request, response, 'method_not_allowed', { headers });
  }

  /** Anything but a `Problem` is a mistake of this program: the client learns no more than that. */
  failure(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (error instanceof Problem) return this.problem(request, response, error.code, error.details);
    this.logger.error(error);
    if (response.headersSent) response.destroy();
    else this.problem(request, response, 'internal');
  }

  private send(
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    headers: readonly string[],
    body: string,
  ): void {
    if (response.destroyed || response.headersSent) return;
    const isEarly = leavesBody(request, response);
    const labels = headers.includes('Ringlet-View') ? this.labels.withoutView() : this.labels.headers();
    const all = labels.concat(headers);
    response.writeHead(status, isEarly ? all.concat(CLOSING) : all);
    if (isEarly) endEarly(request, response, body, this.lingerMs);
    else response.end(body);
  }
}
