import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';

import { Command, CommanderError } from 'commander';

import { RingletError } from '../client/index.js';
import { addBackup } from './backup.command.js';
import { addBundle } from './bundle.command.js';
import { toSeconds } from './command-line.js';
import { addComplete, addCompletion } from './completion.command.js';
import { addConflicts } from './conflicts.command.js';
import type { Context } from './context.js';
import { addDelete } from './delete.command.js';
import { addDiscover } from './discover.command.js';
import { addEdit } from './edit.command.js';
import { explain } from './explain.js';
import { EXIT, Failure } from './failure.js';
import { addGet } from './get.command.js';
import { addIslands } from './islands.command.js';
import { addLab } from './lab.command.js';
import { addList } from './list.command.js';
import { columnsOf } from './look.js';
import { addAdopt, addLeave } from './members.command.js';
import { addMonitor } from './monitor/monitor.command.js';
import { addCreate, addPut } from './put.command.js';
import { addRestore } from './restore.command.js';
import { addServe } from './serve.command.js';
import { DEFAULT_SERVER } from './servers.js';
import { addShell } from './shell.command.js';
import { addStatus } from './status.command.js';
import { addWatch } from './watch.command.js';

/** The file lies two folders above this one, in the sources as in what is built from them. */
const PACKAGE = new URL('../../package.json', import.meta.url);
/** A program that a signal ended, as shells tell it: 128 and SIGINT. */
const INTERRUPTED = 130;

/** Each adds one command. */
type AddCommand = (program: Command, context: Context) => void;

const COMMANDS: readonly AddCommand[] = [
  addList,
  addGet,
  addPut,
  addCreate,
  addEdit,
  addDelete,
  addWatch,
  addStatus,
  addIslands,
  addMonitor,
  addDiscover,
  addLeave,
  addAdopt,
  addBundle,
  addConflicts,
  addBackup,
  addRestore,
];

/** Those that the shell has no use for. */
const OUTSIDE: readonly AddCommand[] = [
  addServe,
  addLab,
  (program, context) => addShell(program, context, SHELL),
  addCompletion,
  addComplete,
];

const SHELL = {
  runWords: (words: readonly string[], context: Context) =>
    execute(SHELL.createProgram(context), words, context),
  createProgram: (context: Context) => createProgram([...COMMANDS, addBye], context),
};

/** Runs one command line, without the names of the programs. Resolves with the exit code, and never rejects for what a user can mend. */
export function runProgram(words: readonly string[], context: Context): Promise<number> {
  return execute(createProgram([...COMMANDS, ...OUTSIDE], context), words, context);
}

async function execute(program: Command, words: readonly string[], context: Context): Promise<number> {
  // Every request on its way listens to it, and their number is bounded elsewhere.
  setMaxListeners(0, context.signal);
  try {
    await program.parseAsync(words, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (context.signal.aborted) return interrupted(error, context);
    const failure = error instanceof RingletError ? explain(error) : error;
    if (!(failure instanceof Failure)) throw error;
    if (failure.message !== '') context.stderr.write(`${failure.message}\n`);
    return failure.exitCode;
  }
}

function createProgram(commands: readonly AddCommand[], context: Context): Command {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  const program = new Command('ringlet')
    .description('The command of Ringlet, a ring of servers that keep objects.')
    .version(version)
    .option(
      '--server <urls>',
      `servers of the ring, separated by commas (RINGLET_SERVER; those that answer by multicast; ${DEFAULT_SERVER})`,
    )
    .option('--token <token>', 'the AUTH_TOKEN or READ_TOKEN of the servers (RINGLET_TOKEN)')
    .option('--timeout <seconds>', 'for how long servers are tried until one answers (10)', toSeconds)
    .option('--json', 'say it in JSON, one document a line')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, helpWidth: columnsOf(context.stdout) })
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: (text, write) => write(asSentence(text, context)),
    });
  for (const add of commands) add(program, context);
  return program;
}

/** It is the shell itself that hears it; here it is for the help and for completion. */
function addBye(program: Command): void {
  program.command('bye').description('end the shell');
}

function interrupted(error: unknown, { stderr }: Context): number {
  stderr.write(`${error instanceof Failure ? error.message : 'Interrupted.'}\n`);
  return INTERRUPTED;
}

/** `error: unknown command 'x'` as people write. */
function asSentence(text: string, { client }: Context): string {
  const said = text
    .replace(/^error: /, '')
    .trim()
    .replace(/\.$/, '')
    .replaceAll(/\s+/g, ' ');
  const help = client === undefined ? 'ringlet --help' : 'help';
  const isOption = said.startsWith('unknown option');
  const advice = isOption ? `see ${help}, and write -- before a key that begins so` : `see ${help}`;
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}; ${advice}.\n`;
}
