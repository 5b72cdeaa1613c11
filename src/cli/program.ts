import { readFileSync } from 'node:fs';

import { Command, CommanderError } from 'commander';

import { addBackup } from './backup.command.js';
import type { Context } from './context.js';
import { EXIT, Failure } from './failure.js';
import { addLab } from './lab.command.js';
import { addMonitor } from './monitor/monitor.command.js';
import { addRestore } from './restore.command.js';
import { DEFAULT_SERVER } from './servers.js';

/** The file lies two folders above this one, in the sources as in what is built from them. */
const PACKAGE = new URL('../../package.json', import.meta.url);
/** A program that a signal ended, as shells tell it: 128 and SIGINT. */
const INTERRUPTED = 130;

/** Each adds one command. */
const COMMANDS: readonly ((program: Command, context: Context) => void)[] = [
  addBackup,
  addRestore,
  addLab,
  addMonitor,
];

/** Runs one command line, without the names of the programs. Resolves with the exit code, and never rejects for what a user can mend. */
export async function runProgram(words: readonly string[], context: Context): Promise<number> {
  try {
    await createProgram(context).parseAsync(words, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (context.signal.aborted) return interrupted(error, context);
    if (!(error instanceof Failure)) throw error;
    context.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}

function createProgram(context: Context): Command {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  const program = new Command('ringlet')
    .description('The command of Ringlet, a ring of servers that keep objects.')
    .version(version)
    .option('--server <urls>', `servers of the ring, separated by commas (RINGLET_SERVER; ${DEFAULT_SERVER})`)
    .option('--token <token>', 'the AUTH_TOKEN or READ_TOKEN of the servers (RINGLET_TOKEN)')
    .option('--json', 'say what was done in one line of JSON')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: (text, write) => write(asSentence(text)),
    });
  for (const add of COMMANDS) add(program, context);
  return program;
}

function interrupted(error: unknown, { stderr }: Context): number {
  stderr.write(`${error instanceof Failure ? error.message : 'Interrupted.'}\n`);
  return INTERRUPTED;
}

/** `error: unknown command 'x'` as people write. */
function asSentence(text: string): string {
  const said = text
    .replace(/^error: /, '')
    .trim()
    .replace(/\.$/, '')
    .replaceAll(/\s+/g, ' ');
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}; see ringlet --help.\n`;
}
