import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Answers } from '../http/index.js';
import type { LogRecord } from '../replication/index.js';
import { isConditional, judgeRead } from './conditional.js';
import { type ObjectHead, ObjectHeads } from './object-head.js';
import { allowsRange, parseRange } from './ranges.js';
import { endWithBody } from './slices.js';
import { showTtl } from './time-to-live.js';

/** The answers to a read of an object that is there. HEAD gets the same ones; node:http leaves their bodies out. */
export class ObjectAnswers {
  private readonly heads = new ObjectHeads();

  constructor(private readonly answers: Answers) {}

  /** `given`: headers that only this answer has, names and values in turn. */
  send(
    request: IncomingMessage,
    response: ServerResponse,
    record: LogRecord,
    given: readonly string[],
  ): void {
    const { headers } = request;
    const extras = record.expires === 0 ? given : [...given, 'X-TTL', showTtl(record.expires, Date.now())];
    const head = this.heads.of(record, this.answers.labels.headers());
    if (isConditional(headers)) {
      const verdict = judgeRead(headers, head, Date.now());
      if (verdict === 'failed')
        return this.answers.problem(request, response, 'precondition_failed', { headers: extras });
      if (verdict === 'not-modified')
        return void response.writeHead(304, join(head.validators, extras)).end();
    }
    const { range } = headers;
    if (range !== undefined && allowsRange(headers['if-range'] as string | undefined, head, Date.now())) {
      return this.sendRange(request, response, record, head, extras);
    }
    this.sendWhole(response, record, head, extras);
  }

  private sendWhole(
    response: ServerResponse,
    record: LogRecord,
    head: ObjectHead,
    extras: readonly string[],
  ): void {
    response.writeHead(200, join(head.whole, extras));
    endWithBody(response, record.body!, 0, record.size);
  }

  private sendRange(
    request: IncomingMessage,
    response: ServerResponse,
    record: LogRecord,
    head: ObjectHead,
    extras: readonly string[],
  ): void {
    const { size } = record;
    const range = parseRange(request.headers.range!, size);
    switch (range.kind) {
      case 'whole':
        return this.sendWhole(response, record, head, extras);
      case 'unsatisfiable':
        return this.answers.problem(request, response, 'range_not_satisfiable', {
          headers: ['Content-Range', `bytes */${size}`, ...extras],
        });
      case 'part': {
        const { first, last } = range;
        const part = [
          'Content-Range',
          `bytes ${first}-${last}/${size}`,
          'Content-Length',
          `${last - first + 1}`,
        ];
        response.writeHead(206, [...head.representation, ...part, ...extras]);
        endWithBody(response, record.body!, first, last + 1);
      }
    }
  }
}

function join(head: readonly string[], extras: readonly string[]): string[] {
  return extras.length === 0 ? (head as string[]) : [...head, ...extras];
}
