import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

import { headOf, lengthOf, partOf } from './answer-headers.js';
import type { ObjectReader } from './answers.js';
import { RingletError } from './error.js';
import type { Answer, Call, Exchange } from './exchange.js';
import type { CallOptions } from './options.js';

import { resumingBody } from './resuming-body.js';

/** What an answer to GET gives. `call` asks for more of it if need be. */
export function readerOf(
  key: string,
  answer: Answer,
  exchange: Exchange,
  call: Call,
  options: CallOptions,
): ObjectReader {
  try {
    const head = headOf(key, answer);
    const part = partOf(answer);
    const length = head.notModified ? 0 : lengthOf(answer.headers['content-length']);
    const start = part?.start ?? 0;
    const end = start + length - 1;
    const resume = (at: number): Promise<IncomingMessage> =>
      resumed(exchange, call, head.etag, start + at, end, options);
    const body = length === 0 ? nothingOf(answer.message) : resumingBody(answer.message, length, resume);
    const bytes = (): Promise<Buffer> => collect(body);
    const text = async (): Promise<string> => (await bytes()).toString('utf8');
    const discard = (): void => void body.on('error', () => undefined).destroy();
    return { ...head, part, length, body, bytes, text, discard };
  } catch (error) {
    answer.message.destroy();
    throw error;
  }
}

/** The same version, or none: joining two would be neither. */
async function resumed(
  exchange: Exchange,
  call: Call,
  etag: string,
  start: number,
  end: number,
  options: CallOptions,
): Promise<IncomingMessage> {
  const headers = { Range: `bytes=${start}-${end}`, 'If-Match': etag };
  const answer = await exchange.ask({ ...call, headers, accepts: [404, 412] }, options);
  const part = answer.status === 206 ? partOf(answer) : null;
  if (part?.start === start && part.end === end) return answer.message;
  answer.message.destroy();
  const sentence = `Its server failed at byte ${start}, and meanwhile the object was written anew or deleted: read it again.`;
  throw new RingletError('unavailable', 'object_changed', sentence);
}

/** Read to its end, the message gives its connection back. */
function nothingOf(message: IncomingMessage): Readable {
  message.resume();
  return Readable.from([]);
}

async function collect(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
