import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

import { Problem } from '../http/index.js';
import { HELD_BODY_BYTES, type Validators } from '../objects/index.js';
import { dropBody, endedEarly, wholeBody } from './bounded-body.js';
import { CallError, type Caller } from './caller.js';
import { type Head, type Part, readHead, readPart, readValidators } from './head.js';
import type { Island } from './register.js';

/** Of the time of a question, so much is for the first server; the rest is for another one. */
const FIRST_SHARE = 0.6;
/** Bodies of one island that are read at once, as slowly as clients take them. Of the connections to it, some are left for questions. */
const MOST_STREAMS = 192;
const UNSATISFIABLE = /^bytes \*\/(\d{1,15})$/;

/** A read that another island is asked for. */
export interface Question {
  readonly method: 'GET' | 'HEAD';
  readonly key: string;
  readonly headers: OutgoingHttpHeaders;
  readonly deadlineMs: number;
}

interface Whole {
  readonly kind: 'whole';
  readonly island: Island;
  readonly head: Head;
  readonly body: Buffer;
}

interface Stream {
  readonly kind: 'stream';
  readonly island: Island;
  readonly head: Head;
  readonly part: Part | null;
  /** The body is still to be read; null: it was asked for the head only. */
  readonly message: IncomingMessage | null;
}

/** What an island says to it. */
export type Reply =
  | Whole
  | Stream
  | {
      readonly kind: 'not-modified';
      readonly island: Island;
      readonly validators: Validators & Pick<Head, 'validators'>;
    }
  | { readonly kind: 'failed-condition'; readonly island: Island }
  | { readonly kind: 'unsatisfiable'; readonly island: Island; readonly size: string }
  | { readonly kind: 'absent'; readonly island: Island }
  | { readonly kind: 'failure'; readonly island: Island; readonly error: CallError };

/** Asks an island, its first server or else the next, and reads what it answers as that of a stranger. */
export class Inquirer {
  /** By the id of the island. */
  private readonly streams = new Map<string, number>();

  constructor(private readonly caller: Caller) {}

  /** A short body is here then, or all counts as a failure: it has to come within the deadline as well. Never rejects. */
  async ask(island: Island, question: Question, signal?: AbortSignal): Promise<Reply> {
    const until = performance.now() + question.deadlineMs;
    const reply = await this.open(island, question, signal);
    if (reply.kind !== 'stream' || reply.message === null || isPassedOn(reply)) return reply;
    const { head, message } = reply;
    try {
      const body = await wholeBody(message, head.size, until - performance.now());
      if (body.length !== head.size) throw endedEarly();
      return { kind: 'whole', island, head, body };
    } catch (error) {
      return { kind: 'failure', island, error: toCallError(error) };
    }
  }

  /** The same with any body still to be read. */
  async open(island: Island, question: Question, signal?: AbortSignal): Promise<Exclude<Reply, Whole>> {
    try {
      const message = await this.call(island, question, signal);
      try {
        const reply = read(island, question, message);
        if (reply.kind === 'stream' && reply.message !== null && isPassedOn(reply))
          this.count(island, message);
        return reply;
      } catch (error) {
        message.destroy();
        throw error;
      }
    } catch (error) {
      return { kind: 'failure', island, error: toCallError(error) };
    }
  }

  private count({ id }: Island, message: IncomingMessage): void {
    const streams = this.streams.get(id) ?? 0;
    if (streams >= MOST_STREAMS) throw new CallError('busy', 'too many of its bodies are being read');
    this.streams.set(id, streams + 1);
    message.once('close', () => this.streams.set(id, this.streams.get(id)! - 1));
  }

  private async call(
    island: Island,
    { method, key, headers, deadlineMs }: Question,
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const [first, second] = island.origins;
    const call = { method, headers, path: pathOf(key) };
    const since = performance.now();
    try {
      const firstMs = second === undefined ? deadlineMs : deadlineMs * FIRST_SHARE;
      return await this.caller.ask({ ...call, origin: first! }, firstMs, signal);
    } catch (error) {
      const leftMs = deadlineMs - (performance.now() - since);
      // A connection that was kept may just have been closed: the same server may be asked again by another one.
      const isOver = second === undefined && (error as CallError).kind !== 'broken';
      if (isOver || leftMs <= 0 || signal?.aborted === true) throw error;
      return this.caller.ask({ ...call, origin: second ?? first! }, leftMs, signal);
    }
  }
}

/** The path of a key, as it is sent. */
export function pathOf(key: string): string {
  return `/objects/${encodeURIComponent(key).replaceAll('%2F', '/')}`;
}

function read(island: Island, question: Question, message: IncomingMessage): Exclude<Reply, Whole> {
  const { headers } = message;
  const now = Date.now();
  const hasBody = question.method === 'GET';
  switch (statusOf(message, question)) {
    case 200: {
      const head = readHead(headers, now);
      if (!hasBody) dropBody(message, false);
      return { kind: 'stream', island, head, part: null, message: hasBody ? message : null };
    }
    case 206: {
      const head = readHead(headers, now);
      if (!hasBody) dropBody(message, false);
      return { kind: 'stream', island, head, part: readPart(headers), message: hasBody ? message : null };
    }
    case 304:
      dropBody(message);
      return { kind: 'not-modified', island, validators: readValidators(headers, now) };
    case 404:
      dropBody(message, hasBody);
      return { kind: 'absent', island };
    case 412:
      dropBody(message, hasBody);
      return { kind: 'failed-condition', island };
    case 416: {
      dropBody(message, hasBody);
      const [, size] = UNSATISFIABLE.exec(headers['content-range'] ?? '') ?? [];
      if (size === undefined) throw new CallError('useless', 'it answers a range without the size');
      return { kind: 'unsatisfiable', island, size };
    }
    default:
      throw refusalOf(message.statusCode!);
  }
}

/** Whether its body is passed on as it comes. */
function isPassedOn({ part, head }: Stream): boolean {
  return part !== null || head.size > HELD_BODY_BYTES;
}

/** What is wrong with headers is told by a Problem, as if a client had sent them. */
function toCallError(error: unknown): CallError {
  if (error instanceof CallError) return error;
  const reason = error instanceof Problem ? 'its headers are too large' : (error as Error).message;
  return new CallError('useless', reason);
}

/** 0 for an answer to what was not asked. */
function statusOf({ statusCode = 0 }: IncomingMessage, { headers }: Question): number {
  const isRange = headers['Range'] !== undefined;
  const isConditional = Object.keys(headers).some((name) => name.startsWith('If-') && name !== 'If-Range');
  const isFitting =
    statusCode === 206 || statusCode === 416
      ? isRange
      : statusCode === 304 || statusCode === 412
        ? isConditional
        : true;
  return isFitting ? statusCode : 0;
}

function refusalOf(status: number): CallError {
  if (status === 401 || status === 403)
    return new CallError(
      'useless',
      `it answers ${status}: the token in ISLANDS is not the one that it asks for`,
    );
  if (status >= 300 && status < 400)
    return new CallError('useless', `it answers ${status}, and redirects are not followed`);
  if (status === 503) return new CallError('unreachable', 'it answers 503');
  if (status === 504) return new CallError('late', 'it answers 504');
  return new CallError('useless', `it answers ${status}`);
}
