import type { Command } from 'commander';

import type { Conflict } from '../client/index.js';
import { toRevision, withExamples } from './command-line.js';
import { withClient } from './connect.js';
import { type Context, report } from './context.js';
import { EXIT, Failure } from './failure.js';
import { type Cell, Look } from './look.js';
import { write, writeLine } from './output.js';
import { save, type SaveOptions } from './save.js';
import { formatBytes, formatTime } from './units.js';

interface Options extends SaveOptions {
  readonly revision?: number;
}

const HEADING = ['revision', 'since', 'lost', 'at', 'key'].map((text): Cell => ({ text, style: 'dim' }));

export function addConflicts(program: Command, context: Context): void {
  const conflicts = program
    .command('conflicts')
    .description(
      'what lost when two sides of a cut ring met again, and files that differ from the object of their name',
    );
  conflicts
    .command('list', { isDefault: true })
    .description('list them')
    .argument('[prefix]', 'only those of keys that begin so')
    .action((prefix: string | undefined, _options: Options, self: Command) =>
      list(prefix, self.optsWithGlobals(), context),
    );
  conflicts
    .command('show')
    .description('read what lost, as ringlet get does')
    .argument('<key>')
    .option('--revision <revision>', 'which of several; the newest, if it is not said', toRevision)
    .option('-o, --output <path>', 'the file, or the directory for it; - is standard output')
    .action((key: string, _options: Options, self: Command) => show(key, self.optsWithGlobals(), context));
  conflicts
    .command('settle')
    .description('drop what lost; the object stays as it is')
    .argument('<key>')
    .option('--revision <revision>', 'which of several; all, if it is not said', toRevision)
    .action((key: string, _options: Options, self: Command) => settle(key, self.optsWithGlobals(), context));
  withExamples(conflicts, [
    ['ringlet conflicts', 'list them'],
    ['ringlet conflicts show a/b -o theirs', 'read what lost'],
    ['ringlet put merged a/b', 'store what you make of both'],
    ['ringlet conflicts settle a/b', 'done'],
  ]);
}

async function list(prefix: string | undefined, options: Options, context: Context): Promise<void> {
  const { signal } = context;
  const look = new Look(context);
  const found: Conflict[] = [];
  await withClient(context, options, async (client) => {
    // A ring keeps 10,000 of them at most.
    for await (const conflict of client.conflicts({ prefix, signal })) found.push(conflict);
  });
  if (options.json === true)
    return write(context, found.map((conflict) => `${JSON.stringify(conflict)}\n`).join(''));
  if (found.length === 0 && look.isTerminal) return writeLine(context, 'There are no conflicts.');
  const rows = [...(look.isTerminal ? [HEADING] : []), ...found.map(rowOf)];
  await write(
    context,
    look
      .table(rows, HEADING.length - 1)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

/** Where no holders are named, all servers have it. */
function rowOf({ revision, modified, deleted, size, holders = ['all'], key }: Conflict): Cell[] {
  const lost = deleted ? 'a deletion' : formatBytes(size);
  const texts = [String(revision), formatTime(modified), lost, holders.join(','), key];
  return texts.map((text) => ({ text }));
}

async function show(key: string, { revision, ...options }: Options, context: Context): Promise<void> {
  const { signal, stdout } = context;
  const saved = await withClient(context, options, (client) =>
    save(key, () => client.getConflict(key, { revision, signal }), options, context),
  );
  if (saved === null) throw nothingLost(key);
  const { head, file } = saved;
  const { size, type, etag } = head;
  const result = { key, file, size, type, etag, revision: head.revision };
  if (file !== null) report(stdout, options, result, `${formatBytes(size)} in ${file}`);
}

async function settle(key: string, { revision, ...options }: Options, context: Context): Promise<void> {
  const { signal } = context;
  const isSettled = await withClient(context, options, (client) =>
    client.settleConflict(key, { revision, signal }),
  );
  if (!isSettled) throw nothingLost(key);
  report(context.stdout, options, { key, settled: true }, `${JSON.stringify(key)} is settled`);
}

function nothingLost(key: string): Failure {
  return new Failure(
    `Nothing with a body has lost under ${JSON.stringify(key)}: ringlet conflicts lists what has.`,
    EXIT.notFound,
  );
}
