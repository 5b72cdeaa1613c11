import type { FileHandle } from 'node:fs/promises';

import type { Context } from './context.js';
import { Failure } from './failure.js';
import { write } from './output.js';
import { cannotWrite } from './part-file.js';
import type { Target } from './target.js';

const NEWLINE = 0x0a;
/** What no text has: control characters, but for tabs, ends of lines and of pages. */
const BINARY = /[^\P{Cc}\t\n\v\f\r]/u;

/** What others can read as it comes, so that it cannot be taken back. */
abstract class Stream implements Target {
  protected isBegun = false;

  abstract readonly name: string;
  abstract write(chunk: Uint8Array): Promise<void>;

  restart(): Promise<boolean> {
    return Promise.resolve(!this.isBegun);
  }

  commit(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Standard output. */
export class PipeTarget extends Stream {
  override readonly name: string = 'standard output';

  constructor(protected readonly context: Context) {
    super();
  }

  override write(chunk: Uint8Array): Promise<void> {
    this.isBegun = true;
    return write(this.context, chunk);
  }
}

/** A terminal, which other things than text could confuse. */
export class TerminalTarget extends PipeTarget {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private last = NEWLINE;

  override async write(chunk: Uint8Array): Promise<void> {
    if (!this.isText(chunk, true))
      throw new Failure(
        'This is no text, so it is not shown: save it by -o FILE, pipe it to a program, or show it all the same by -o -.',
      );
    await super.write(chunk);
    this.last = chunk.at(-1) ?? this.last;
  }

  /** What is shown next should not follow on the last line of it. */
  override async commit(): Promise<void> {
    if (this.last !== NEWLINE) await write(this.context, '\n');
  }

  private isText(chunk: Uint8Array, stream: boolean): boolean {
    try {
      return !BINARY.test(this.decoder.decode(chunk, { stream }));
    } catch {
      return false;
    }
  }
}

/** A device or a named pipe: it is written to as it is, for it is not ours to replace. */
export class DeviceTarget extends Stream {
  constructor(
    override readonly name: string,
    private readonly handle: FileHandle,
  ) {
    super();
  }

  override async write(chunk: Uint8Array): Promise<void> {
    this.isBegun = true;
    try {
      for (let at = 0; at < chunk.length;) at += (await this.handle.write(chunk, at)).bytesWritten;
    } catch (error) {
      throw cannotWrite(this.name, error);
    }
  }

  override close(): Promise<void> {
    return this.handle.close();
  }
}
