import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Answers } from '../http/index.js';
import { allowsRange, endWithChunks, isConditional, judgeRead, parseRange } from '../objects/index.js';
import { exactBody } from './bounded-body.js';
import type { Head } from './head.js';
import type { Reply } from './inquiry.js';

type Found = Exclude<Reply, { kind: 'absent' | 'failure' }>;
type Whole = Pick<Extract<Found, { kind: 'whole' }>, 'head' | 'body'>;
type Stream = Extract<Found, { kind: 'stream' }>;

/** Answers clients of this island with what another one has. HEAD gets the same answers; node:http leaves their bodies out. */
export class IslandAnswers {
  constructor(private readonly answers: Answers) {}

  /** `extras`: headers that only this answer has, names and values in turn. */
  async send(
    request: IncomingMessage,
    response: ServerResponse,
    found: Found,
    extras: readonly string[],
  ): Promise<void> {
    switch (found.kind) {
      case 'whole':
        return this.sendWhole(request, response, found, extras);
      case 'stream':
        return this.sendStream(response, found, extras);
      case 'not-modified':
        return this.sendHead(response, 304, [...found.validators.validators, ...extras]);
      case 'failed-condition':
        return this.answers.problem(request, response, 'precondition_failed', { headers: extras });
      case 'unsatisfiable':
        return this.answers.problem(request, response, 'range_not_satisfiable', {
          headers: ['Content-Range', `bytes */${found.size}`, ...extras],
        });
    }
  }

  /** Conditions and ranges are judged here: the whole is. */
  sendWhole(
    request: IncomingMessage,
    response: ServerResponse,
    { head, body }: Whole,
    extras: readonly string[],
  ): void {
    const { headers } = request;
    const verdict = isConditional(headers) ? judgeRead(headers, head, Date.now()) : 'send';
    if (verdict === 'failed')
      return this.answers.problem(request, response, 'precondition_failed', { headers: extras });
    if (verdict === 'not-modified') return this.sendHead(response, 304, [...head.validators, ...extras]);
    const ifRange = headers['if-range'] as string | undefined;
    const isPart = headers.range !== undefined && allowsRange(ifRange, head, Date.now());
    const range = isPart ? parseRange(headers.range!, body.length) : ({ kind: 'whole' } as const);
    switch (range.kind) {
      case 'whole':
        this.writeHead(response, 200, [...wholeHeaders(head, body.length), ...extras]);
        return void response.end(body);
      case 'part': {
        const { first, last } = range;
        const part = partHeaders(head, { first, last, size: body.length });
        this.writeHead(response, 206, [...part, ...extras]);
        return void response.end(body.subarray(first, last + 1));
      }
      case 'unsatisfiable':
        return this.answers.problem(request, response, 'range_not_satisfiable', {
          headers: ['Content-Range', `bytes */${body.length}`, ...extras],
        });
    }
  }

  /** When its body breaks off there is nothing left to say: the client sees that bytes are missing. */
  private async sendStream(
    response: ServerResponse,
    { head, part, message }: Stream,
    extras: readonly string[],
  ): Promise<void> {
    const headers = part === null ? wholeHeaders(head, head.size) : partHeaders(head, part);
    if (message === null) return this.sendHead(response, part === null ? 200 : 206, [...headers, ...extras]);
    this.writeHead(response, part === null ? 200 : 206, [...headers, ...extras]);
    try {
      // What is told of a part is the length of the part.
      await endWithChunks(response, exactBody(message, head.size));
    } catch {
      response.destroy();
    }
  }

  private sendHead(response: ServerResponse, status: number, headers: readonly string[]): void {
    this.writeHead(response, status, headers);
    response.end();
  }

  private writeHead(response: ServerResponse, status: number, headers: readonly string[]): void {
    if (!response.destroyed) response.writeHead(status, [...this.answers.labels.headers(), ...headers]);
  }
}

function wholeHeaders({ representation }: Head, size: number): string[] {
  return [...representation, 'Content-Length', String(size)];
}

function partHeaders(
  { representation }: Head,
  { first, last, size }: { readonly first: number; readonly last: number; readonly size: number },
): string[] {
  const range = `bytes ${first}-${last}/${size}`;
  return [...representation, 'Content-Range', range, 'Content-Length', String(last - first + 1)];
}
