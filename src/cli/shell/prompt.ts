import { createInterface, type Interface } from 'node:readline';
import type { ReadStream } from 'node:tty';

const PROMPT = 'ringlet> ';
/** Lines that may be typed or pasted ahead while a command runs. */
const MOST_AHEAD = 100;

/** What the shell does with a line. The signal comes when its user does not want to wait for it. */
export type Execute = (line: string, signal: AbortSignal) => Promise<'go on' | 'bye'>;

export type Complete = (line: string) => Promise<[string[], string]>;

/** A prompt on a terminal, with history and completion. Ctrl+C ends what runs, or drops what was typed; Ctrl+D ends the shell. */
export class Prompt {
  private readonly readline: Interface;
  private readonly waiting: string[] = [];
  private running: AbortController | null = null;
  private isClosed = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly input: NodeJS.ReadableStream,
    private readonly output: NodeJS.WritableStream,
    complete: Complete,
  ) {
    this.readline = createInterface({
      input,
      output,
      terminal: true,
      prompt: PROMPT,
      removeHistoryDuplicates: true,
      completer: (line: string, done: (error: null, found: [string[], string]) => void) =>
        void complete(line).then((found) => done(null, found)),
    });
    this.readline.on('line', (line) => this.typed(line));
    this.readline.on('SIGINT', () => this.interrupt());
    this.readline.on('close', () => this.close());
  }

  /** Runs what is typed until something answers `bye`, or until there is no more. */
  async run(execute: Execute): Promise<void> {
    for (let line = await this.next(); line !== undefined; line = await this.next()) {
      this.running = new AbortController();
      this.readline.setPrompt('');
      const answer = await execute(line, this.running.signal);
      this.running = null;
      if (answer === 'bye') break;
    }
    this.close();
  }

  /** Lets another program have the terminal. */
  async lend<T>(run: () => Promise<T>): Promise<T> {
    const terminal = this.input as ReadStream;
    // What is typed is for that program, also when it reads this very stream: the line that comes next has none of it.
    const listeners = terminal.rawListeners('keypress') as (() => void)[];
    terminal.removeAllListeners('keypress');
    this.readline.pause();
    terminal.setRawMode(false);
    try {
      return await run();
    } finally {
      for (const listener of listeners) terminal.on('keypress', listener);
      terminal.setRawMode(true);
      this.readline.resume();
    }
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.running?.abort();
    this.wake();
    this.readline.close();
  }

  private async next(): Promise<string | undefined> {
    const line = this.waiting.shift();
    if (line !== undefined || this.isClosed) return line;
    this.readline.setPrompt(PROMPT);
    this.readline.prompt(true);
    await new Promise<void>((resolve) => (this.wake = resolve));
    // The prompt of what comes next should not follow on the line of ours.
    if (this.isClosed) this.output.write('\n');
    return this.waiting.shift();
  }

  private typed(line: string): void {
    if (this.waiting.length < MOST_AHEAD) this.waiting.push(line);
    else this.output.write('Too many lines at once: this one is lost.\n');
    this.wake();
  }

  private interrupt(): void {
    this.waiting.length = 0;
    if (this.running !== null) return this.running.abort();
    this.output.write('^C\n');
    this.readline.write(null, { ctrl: true, name: 'e' });
    this.readline.write(null, { ctrl: true, name: 'u' });
  }
}
