import type { Command } from 'commander';

import type { RingletClient } from '../../client/index.js';
import type { Context } from '../context.js';
import { candidates } from '../completion/candidates.js';
import { sourcesOf } from '../completion/sources.js';
import { EXIT } from '../failure.js';
import { lastWord, parseLine, quoteWord } from './line.js';

/** Runs words as a command line of the shell; resolves with its exit code. */
export type RunWords = (words: readonly string[], context: Context) => Promise<number>;
/** The commands that the shell has. */
export type CreateProgram = (context: Context) => Command;

const NAME = 'ringlet';
const ENDINGS: ReadonlySet<string> = new Set(['bye', 'exit', 'quit']);

/** Lines of a shell, and what came of them. */
export class Session {
  /** The exit code of the first line that failed. */
  failure: number = EXIT.done;

  constructor(
    private readonly client: RingletClient,
    private readonly context: Context,
    private readonly runWords: RunWords,
  ) {}

  /** Empty lines and those that begin with # do nothing. */
  async execute(line: string, signal: AbortSignal): Promise<'go on' | 'bye'> {
    if (line.trim().startsWith('#')) return 'go on';
    const { words, isOpen } = parseLine(line);
    const [first, ...rest] = words.map(({ text }) => text);
    if (first === undefined) return 'go on';
    if (ENDINGS.has(first) && rest.length === 0) return 'bye';
    const all = first === NAME ? rest : [first, ...rest];
    const code = isOpen ? this.refuseOpen() : await this.runWords(all, { ...this.context, signal });
    if (this.failure === EXIT.done) this.failure = code;
    return 'go on';
  }

  /** What the last word may become, as readline wants it: each candidate as one has to type it, and what it replaces. */
  async complete(program: Command, line: string): Promise<[string[], string]> {
    const last = lastWord(line);
    const before = parseLine(line.slice(0, last.start)).words.map(({ text }) => text);
    const found = await candidates(program, [...before, last.text], sourcesOf(this.client));
    const quoted = found.map(quoteWord);
    const isOnly = found.length === 1 && !found[0]!.endsWith('/');
    return [isOnly ? [`${quoted[0]} `] : quoted, line.slice(last.start)];
  }

  private refuseOpen(): number {
    this.context.stderr.write('A quote is not closed: close it, or write a backslash before it.\n');
    return EXIT.usage;
  }
}
