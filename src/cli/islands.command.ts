import type { Command } from 'commander';

import type { Island } from '../client/index.js';
import { withExamples } from './command-line.js';
import { withClient } from './connect.js';
import type { CommonOptions, Context } from './context.js';
import { type Cell, Look, type Style } from './look.js';
import { write, writeLine } from './output.js';

const HEADING = ['name', 'state', 'members', 'url', 'last error'].map((text): Cell => ({
  text,
  style: 'dim',
}));
const STYLES: Readonly<Record<Island['state'], Style>> = { up: 'green', down: 'red', unknown: 'yellow' };

export function addIslands(program: Command, context: Context): void {
  const command = program
    .command('islands')
    .description('show the other islands that ISLANDS names, and whether they answer')
    .action((_options: CommonOptions, self: Command) => run(self.optsWithGlobals(), context));
  withExamples(command, [
    ['ringlet islands', 'as the nearest server sees them'],
    ['ringlet get islands/north/a/b', 'the object a/b of the island north'],
  ]);
}

async function run(options: CommonOptions, context: Context): Promise<void> {
  const { signal } = context;
  const islands = await withClient(context, options, (client) => client.islands({ signal }));
  if (options.json === true) return writeLine(context, JSON.stringify({ islands }));
  if (islands.length === 0) return writeLine(context, 'No other islands are known: ISLANDS names none.');
  const table = new Look(context).table([HEADING, ...islands.map(rowOf)], HEADING.length - 1);
  await write(context, `${table.join('\n')}\n`);
}

function rowOf({ name, state, members, url, lastError }: Island): Cell[] {
  return [
    { text: name ?? '?' },
    { text: state, style: STYLES[state] },
    { text: members.map((member) => member.name).join(', ') || '-' },
    { text: url ?? '-' },
    { text: lastError ?? '-' },
  ];
}
