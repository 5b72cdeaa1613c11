import { clearScreenDown, createInterface, cursorTo, moveCursor, type Interface } from 'node:readline';
import type { Execute, Screen } from './screen.js';

/** Lines that may be typed or pasted ahead while a command runs. */
const mostTypedAhead = 100;

/** A prompt that stays below what is said, with what was already typed. */
export class Terminal implements Screen {
  private readonly readline: Interface;
  private readonly waiting: string[] = [];
  private busy = true;
  private closed = false;
  private execute: Execute | undefined;
  private finish: () => void = () => undefined;

  constructor(
    input: NodeJS.ReadableStream,
    private readonly output: NodeJS.WritableStream,
    /** What the last word of the line may become. */
    complete: (line: string) => string[],
    onInterrupt: () => void,
  ) {
    const completer = (line: string) => [complete(line), /\S*$/.exec(line)![0]];
    const options = { prompt: '', terminal: true, removeHistoryDuplicates: true };
    this.readline = createInterface({ input, output, completer, ...options });
    this.readline.on('SIGINT', onInterrupt);
    this.readline.on('line', (line) => this.typed(line));
    this.readline.on('close', () => this.ended());
  }

  say(text: string): void {
    if (this.closed) return void this.output.write(`${text}\n`);
    moveCursor(this.output, 0, -this.readline.getCursorPos().rows);
    cursorTo(this.output, 0);
    clearScreenDown(this.output);
    this.output.write(`${text}\n`);
    this.readline.prompt(true);
  }

  complain(text: string): void {
    this.say(text);
  }

  /** Runs what is typed, and was typed until now, until `quit` or the end of input (Ctrl+D). */
  run(execute: Execute): Promise<void> {
    return new Promise((resolve) => {
      if (this.closed) return resolve();
      this.finish = resolve;
      this.execute = execute;
      void this.work();
    });
  }

  /** A terminal that is gone already cannot be set back to how it was. */
  close(): void {
    try {
      this.readline.close();
    } catch {
      this.closed = true;
    }
  }

  private typed(line: string): void {
    if (this.waiting.length >= mostTypedAhead)
      return this.complain('Too many lines at once: this one is lost.');
    this.waiting.push(line);
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.setBusy(true);
    for (let line = this.waiting.shift(); line !== undefined; line = this.waiting.shift()) {
      if ((await this.execute?.(line)) === 'quit') return this.finish();
    }
    this.setBusy(false);
  }

  /** A shell's prompt should not follow on the line of ours. */
  private ended(): void {
    if (!this.busy) this.output.write('\n');
    this.closed = true;
    this.finish();
  }

  private setBusy(busy: boolean): void {
    this.busy = busy;
    if (this.closed) return;
    this.readline.setPrompt(busy ? '' : 'lab> ');
    if (!busy) this.readline.prompt(true);
  }
}
