import type { IncomingMessage } from 'node:http';

import { HELD_BODY_BYTES } from '../objects/index.js';
import { exactBody } from './bounded-body.js';
import { callProblem } from './call-problem.js';
import { CallError } from './caller.js';
import type { Head } from './head.js';
import type { Inquirer, Question } from './inquiry.js';
import type { Island } from './register.js';

const NOTHING = new Uint8Array(0);

/** Reads bodies of certain versions at other islands, each as it is taken. */
export class FarBodies {
  constructor(
    private readonly inquirer: Inquirer,
    private readonly headers: Question['headers'],
    private readonly deadlineMs: number,
  ) {}

  /**
   * Null when that version is not there any more.
   *
   * @throws Problem when the island does not answer, and from the bytes when they break off
   */
  async open(
    island: Island,
    key: string,
    { etag, size }: Pick<Head, 'etag' | 'size'>,
  ): Promise<AsyncGenerator<Uint8Array, void> | null> {
    const headers = { ...this.headers, 'If-Match': etag };
    const { deadlineMs } = this;
    const reply = await this.inquirer.open(island, { method: 'GET', key, headers, deadlineMs });
    if (reply.kind === 'failure') throw callProblem(island, reply.error);
    const isSame = 'head' in reply && reply.head.etag === etag && reply.head.size === size;
    if (reply.kind !== 'stream') return null;
    const body = bytesOf(island, reply.message!, size);
    await body.next();
    if (isSame) return size <= HELD_BODY_BYTES ? held(body) : body;
    await body.return();
    return null;
  }
}

/** A short one, of which all is here then. It has to keep the pace, but has no deadline: an archive reads several at once. */
async function held(body: AsyncGenerator<Uint8Array, void>): Promise<AsyncGenerator<Uint8Array, void>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return (async function* () {
    yield* chunks;
  })();
}

/** Its first step brings nothing; from there on, to return it ends the answer. */
async function* bytesOf(
  island: Island,
  message: IncomingMessage,
  size: number,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield NOTHING;
    yield* exactBody(message, size);
  } catch (error) {
    throw error instanceof CallError ? callProblem(island, error) : error;
  } finally {
    message.destroy();
  }
}
