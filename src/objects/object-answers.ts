import type { IncomingMessage, ServerResponse } from 'node:http';

import { type Answers, Problem } from '../http/index.js';
import type { LogRecord } from '../replication/index.js';
import { type Bodies, BodyGone, isSmall, isStored, type StoredRecord } from './bodies.js';
import { isConditional, judgeRead } from './conditional.js';
import { type ObjectHead, ObjectHeads } from './object-head.js';
import { allowsRange, parseRange } from './ranges.js';
import { endWithBody, endWithChunks } from './slices.js';
import { showTtl } from './time-to-live.js';

/** Whether there was an answer, `true` if at once. There is none when the body is gone: the present version is to be answered with. */
export type Given = true | Promise<boolean>;

/** The answers to a read of an object that is there. HEAD gets the same ones; node:http leaves their bodies out. */
export class ObjectAnswers {
  private readonly heads = new ObjectHeads();

  constructor(
    private readonly answers: Answers,
    private readonly bodies: Bodies,
  ) {}

  /** `given`: headers that only this answer has, names and values in turn. */
  send(
    request: IncomingMessage,
    response: ServerResponse,
    record: LogRecord,
    given: readonly string[],
  ): Given {
    const { headers } = request;
    const extras = record.expires === 0 ? given : [...given, 'X-TTL', showTtl(record.expires, Date.now())];
    const head = this.heads.of(record, this.answers.labels.headers());
    if (isConditional(headers)) {
      const verdict = judgeRead(headers, head, Date.now());
      if (verdict === 'failed') {
        this.answers.problem(request, response, 'precondition_failed', { headers: extras });
        return true;
      }
      if (verdict === 'not-modified') {
        response.writeHead(304, join(head.validators, extras)).end();
        return true;
      }
    }
    const { range } = headers;
    if (range !== undefined && allowsRange(headers['if-range'] as string | undefined, head, Date.now())) {
      return this.sendRange(request, response, record, head, extras);
    }
    return this.sendBody(response, 200, join(head.whole, extras), record, 0, record.size);
  }

  /** Where a condition spares the body, so that it does not matter who has it; false when none does. */
  sendSpared(request: IncomingMessage, response: ServerResponse, record: LogRecord): boolean {
    const { headers } = request;
    if (!isConditional(headers)) return false;
    const head = this.heads.of(record, this.answers.labels.headers());
    if (judgeRead(headers, head, Date.now()) === 'send') return false;
    void this.send(request, response, record, []);
    return true;
  }

  /** HEAD of an object whose body is not here; false when something else was asked. */
  sendHead(request: IncomingMessage, response: ServerResponse, record: LogRecord): boolean {
    if (request.method !== 'HEAD') return false;
    void this.send(request, response, record, []);
    return true;
  }

  private sendRange(
    request: IncomingMessage,
    response: ServerResponse,
    record: LogRecord,
    head: ObjectHead,
    extras: readonly string[],
  ): Given {
    const { size } = record;
    const range = parseRange(request.headers.range!, size);
    switch (range.kind) {
      case 'whole':
        return this.sendBody(response, 200, join(head.whole, extras), record, 0, size);
      case 'unsatisfiable':
        this.answers.problem(request, response, 'range_not_satisfiable', {
          headers: ['Content-Range', `bytes */${size}`, ...extras],
        });
        return true;
      case 'part': {
        const { first, last } = range;
        const part = [
          'Content-Range',
          `bytes ${first}-${last}/${size}`,
          'Content-Length',
          `${last - first + 1}`,
        ];
        const headers = [...head.representation, ...part, ...extras];
        return this.sendBody(response, 206, headers, record, first, last + 1);
      }
    }
  }

  private sendBody(
    response: ServerResponse,
    status: number,
    headers: string[],
    record: LogRecord,
    first: number,
    end: number,
  ): Given {
    if (response.req.method !== 'HEAD') {
      if (isStored(record) && isSmall(record))
        return this.sendSmall(response, status, headers, record, first, end);
      if (isStored(record) || record.body === null)
        return this.sendLarge(response, status, headers, record, first, end);
    }
    response.writeHead(status, headers);
    if (record.body === null) response.end();
    else endWithBody(response, record.body, first, end);
    return true;
  }

  private async sendSmall(
    response: ServerResponse,
    status: number,
    headers: string[],
    record: StoredRecord,
    first: number,
    end: number,
  ): Promise<boolean> {
    const body = await this.bodies.whole(record, true);
    if (body === null) return false;
    response.writeHead(status, headers);
    endWithBody(response, body, first, end);
    return true;
  }

  /** Nothing is said before the first bytes are here. */
  private async sendLarge(
    response: ServerResponse,
    status: number,
    headers: string[],
    record: LogRecord,
    first: number,
    end: number,
  ): Promise<boolean> {
    const body = await this.bodies.open(record, first, end);
    if (body === null) return false;
    response.writeHead(status, body.via === null ? headers : [...headers, 'Ringlet-Via', body.via]);
    try {
      await endWithChunks(response, body.slices);
    } catch (error) {
      if (!(error instanceof BodyGone || error instanceof Problem)) throw error;
      // The client sees that bytes are missing, and its If-Range that they cannot be had any more.
      response.destroy();
    }
    return true;
  }
}

function join(head: readonly string[], extras: readonly string[]): string[] {
  return extras.length === 0 ? (head as string[]) : [...head, ...extras];
}
