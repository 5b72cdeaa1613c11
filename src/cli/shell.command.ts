import { createInterface } from 'node:readline';

import type { Command } from 'commander';

import { RingletError } from '../client/index.js';
import { withExamples } from './command-line.js';
import { connect } from './connect.js';
import type { CommonOptions, Context } from './context.js';
import { explain } from './explain.js';
import { EXIT, Failure } from './failure.js';
import { Prompt } from './shell/prompt.js';
import { type CreateProgram, type RunWords, Session } from './shell/session.js';
import { counted } from './units.js';

/** How commands are run and known inside the shell; handed over, for they know of the shell. */
export interface ShellParts {
  readonly runWords: RunWords;
  readonly createProgram: CreateProgram;
}

export function addShell(program: Command, context: Context, parts: ShellParts): void {
  const command = program
    .command('shell')
    .description('a prompt for the same words, which goes on at another server when its own fails')
    .action((_options: CommonOptions, self: Command) => run(self.optsWithGlobals(), context, parts));
  withExamples(command, [
    ['ringlet shell', 'Tab completes words, keys and files; bye or Ctrl+D ends it'],
    [
      "printf 'put a.txt\\nls\\n' | ringlet shell",
      'lines from a pipe; the exit code is that of the first failure',
    ],
  ]);
}

async function run(options: CommonOptions, context: Context, parts: ShellParts): Promise<void> {
  const client = await connect(context, options);
  const { stdin, stdout } = context;
  try {
    if (stdin === undefined) throw new Failure('This is a shell already.', EXIT.usage);
    const inside: Context = { ...context, stdin: undefined, client };
    if (stdin.isTTY === true && stdout.isTTY === true) await converse(stdin, inside, parts);
    else await runLines(stdin, inside, parts);
  } finally {
    client.close();
  }
}

async function converse(
  stdin: NodeJS.ReadableStream,
  context: Context,
  { runWords, createProgram }: ShellParts,
): Promise<void> {
  const prompt = new Prompt(stdin, context.stdout, (line) => session.complete(createProgram(context), line));
  const lendTerminal = <T>(use: () => Promise<T>): Promise<T> => prompt.lend(use);
  const session = new Session(context.client!, { ...context, lendTerminal }, runWords);
  context.signal.addEventListener('abort', () => prompt.close(), { once: true });
  context.stdout.write(`${await greeting(context)}\n`);
  await prompt.run((line, signal) => session.execute(line, AbortSignal.any([signal, context.signal])));
  context.signal.throwIfAborted();
}

async function greeting({ client, signal }: Context): Promise<string> {
  try {
    const { ring, members } = await client!.ring({ signal });
    return `Ring ${ring}, ${counted(members.length, 'server')}; help lists the words, bye ends.`;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RingletError) return explain(error).message;
    throw error;
  }
}

/** @throws Failure without a word, for each line has had its own */
async function runLines(
  stdin: NodeJS.ReadableStream,
  context: Context,
  { runWords }: ShellParts,
): Promise<void> {
  const session = new Session(context.client!, context, runWords);
  const { signal } = context;
  for await (const line of createInterface({ input: stdin, signal })) {
    if ((await session.execute(line, signal)) === 'bye') break;
    signal.throwIfAborted();
  }
  signal.throwIfAborted();
  if (session.failure !== EXIT.done) throw new Failure('', session.failure);
}
