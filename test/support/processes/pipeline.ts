import { Client } from 'undici';
import type { Endpoint, Reply, Request, Sends } from './caller.js';

/**
 * Sends requests over one connection without waiting for the answers of those before (RFC 9112, 9.3.2). So a server that
 * was held up meets late requests together with early ones, ahead of what other connections brought in between.
 */
export class Pipeline implements Sends {
  private readonly client: Client;

  constructor({ host, port }: Endpoint, boundMs: number, depth: number) {
    const bounds = { headersTimeout: boundMs, bodyTimeout: boundMs };
    this.client = new Client(`http://${host}:${port}`, { pipelining: depth, ...bounds });
  }

  async send({ method, path, headers, body }: Request): Promise<Reply> {
    try {
      const answer = await this.client.request({
        method,
        path,
        // Otherwise the next request would wait for the head of this answer.
        blocking: false,
        ...(headers && { headers }),
        ...(body !== undefined && { body }),
      });
      const text = await answer.body.text();
      return { kind: 'answer', status: answer.statusCode, headers: answer.headers, body: text };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return { kind: 'lost', why: code ?? message };
    }
  }

  close(): void {
    void this.client.destroy();
  }
}
