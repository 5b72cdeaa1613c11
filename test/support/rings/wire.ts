import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

const WAIT_MS = 10_000;

/** A connection on which a test sends what no HTTP client would. */
export class Wire {
  private readonly socket: Socket;
  private text = '';
  /** The server has closed. */
  isClosed = false;

  constructor(url: string) {
    const { protocol, hostname, port } = new URL(url);
    const where = { port: Number(port), host: hostname };
    // Whose certificate it is, is not what a test of the wire is about.
    this.socket =
      protocol === 'https:' ? connectTls({ ...where, rejectUnauthorized: false }) : connect(where);
    this.socket.setEncoding('latin1');
    this.socket.on('data', (chunk: string) => {
      this.text += chunk;
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.isClosed = true;
    });
  }

  send(...lines: string[]): this {
    this.socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
    return this;
  }

  sendBody(text: string): this {
    this.socket.write(text, 'latin1');
    return this;
  }

  /** Says that nothing more will be sent. */
  end(): this {
    this.socket.end();
    return this;
  }

  /** Reads no more. */
  pause(): this {
    this.socket.pause();
    return this;
  }

  /** The server has given up on a paused connection, so that a write fails. The bytes that had arrived. */
  async untilReset(): Promise<number> {
    const deadline = AbortSignal.timeout(WAIT_MS);
    const probe = setInterval(() => this.socket.write('\r\n'), 100);
    while (!this.isClosed) await this.next(deadline, 'a reset');
    clearInterval(probe);
    return this.socket.bytesRead;
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Everything received so far, once it matches. */
  async until(pattern: RegExp): Promise<string> {
    const deadline = AbortSignal.timeout(WAIT_MS);
    while (!pattern.test(this.text)) {
      if (this.isClosed) throw new Error(`closed before ${pattern}: ${this.text}`);
      await this.next(deadline, pattern);
    }
    return this.text;
  }

  /** Everything received, once the server has closed. */
  async untilClosed(): Promise<string> {
    const deadline = AbortSignal.timeout(WAIT_MS);
    while (!this.isClosed) await this.next(deadline, 'the end');
    return this.text;
  }

  private next(deadline: AbortSignal, what: unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = () => {
        this.socket.off('data', done).off('close', done);
        deadline.removeEventListener('abort', late);
        resolve();
      };
      const late = () => reject(new Error(`waited in vain for ${String(what)}: ${this.text}`));
      if (deadline.aborted) return late();
      this.socket.once('data', done).once('close', done);
      deadline.addEventListener('abort', late);
    });
  }
}

/** The status codes of all answers in a text. */
export function statusesIn(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}
