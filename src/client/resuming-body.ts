import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

import { RingletError } from './error.js';
import { Patience } from './patience.js';

/** A server that sends no more of a body for so long, while somebody waits for it, is given up. */
const PATIENCE_MS = 5000;
/** Of a body, without a byte in between. */
const MOST_RESUMPTIONS = 8;

/** Asks for the rest of the same version, from this byte of it on. Rejects when that cannot be had. */
export type Resume = (at: number) => Promise<IncomingMessage>;

/** A body that goes on elsewhere when its server fails. `length`: bytes that have to come. */
export function resumingBody(first: IncomingMessage, length: number, resume: Resume): Readable {
  const source = new Source(first, length, resume);
  const body = Readable.from(source.chunks(), { objectMode: false });
  // One that nobody has begun to read ends without the generator.
  body.once('close', () => source.close());
  return body;
}

class Source {
  private at = 0;
  private isClosed = false;

  constructor(
    private message: IncomingMessage,
    private readonly length: number,
    private readonly resume: Resume,
  ) {
    // When it breaks before it is read, that is found by reading it.
    message.on('error', () => undefined);
  }

  close(): void {
    this.isClosed = true;
    this.message.destroy();
  }

  async *chunks(): AsyncGenerator<Buffer> {
    for (let vain = 0; ; vain++) {
      const before = this.at;
      const failure = yield* this.rest();
      if (this.at === this.length) return;
      if (this.at > before) vain = 0;
      if (this.isClosed) throw failure;
      if (vain === MOST_RESUMPTIONS) throw broken(this.at, this.length, failure);
      this.message = await this.resume(this.at);
      if (this.isClosed) this.message.destroy();
    }
  }

  /** What comes of this message; then why no more does. */
  private async *rest(): AsyncGenerator<Buffer, unknown> {
    const { message } = this;
    const patience = new Patience(PATIENCE_MS, () =>
      message.destroy(new Error(`no more in ${PATIENCE_MS} ms`)),
    );
    try {
      for await (const chunk of message) {
        this.at += (chunk as Buffer).length;
        patience.end();
        yield chunk as Buffer;
        patience.extend();
      }
      return new Error('it ended too early');
    } catch (error) {
      return error;
    } finally {
      patience.end();
    }
  }
}

function broken(at: number, length: number, cause: unknown): RingletError {
  const sentence = `The body broke off behind ${at} of ${length} bytes, again and again: try later.`;
  return new RingletError('unavailable', 'read_broken', sentence, { cause });
}
