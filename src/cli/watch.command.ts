import type { Command } from 'commander';

import type { WatchEvent } from '../client/index.js';
import { toCount, toRevision, withExamples } from './command-line.js';
import { withClient } from './connect.js';
import type { CommonOptions, Context } from './context.js';
import { Look, type Style } from './look.js';
import { writeLine } from './output.js';
import { formatBytes, formatTime } from './units.js';

interface Options extends CommonOptions {
  readonly since?: number;
  readonly count?: number;
}

type Type = WatchEvent['type'];

const TYPE_COLUMNS = 'island-down'.length;
const STYLES: Partial<Record<Type, Style>> = {
  put: 'green',
  delete: 'red',
  suspected: 'yellow',
  gap: 'yellow',
  conflict: 'yellow',
  'island-down': 'yellow',
};

export function addWatch(program: Command, context: Context): void {
  const command = program
    .command('watch')
    .description('tell what is written and what happens to servers, until it is interrupted')
    .argument('[prefix]', 'only objects whose keys begin so')
    .option('--since <revision>', 'and what was written after this revision', toRevision)
    .option('-n, --count <count>', 'end after so many events', toCount)
    .action((prefix: string | undefined, _options: Options, self: Command) =>
      run(prefix, self.optsWithGlobals(), context),
    );
  withExamples(command, [
    ['ringlet watch docs/', 'what is written below docs/'],
    ['ringlet watch --json --since 41', 'one document for each event, and none after revision 41 is missed'],
  ]);
}

async function run(prefix: string | undefined, options: Options, context: Context): Promise<void> {
  const look = new Look(context);
  await withClient(context, options, async (client) => {
    let left = options.count ?? Infinity;
    for await (const event of client.watch({ prefix, since: options.since, signal: context.signal })) {
      const isShown = options.json === true || event.type !== 'heartbeat';
      if (isShown)
        await writeLine(context, options.json === true ? JSON.stringify(event) : lineOf(event, look));
      if (isShown && --left === 0) return;
    }
  });
}

function lineOf(event: WatchEvent, look: Look): string {
  const time = formatTime('modified' in event ? event.modified : new Date());
  const before = `${time}  ${event.type.padEnd(TYPE_COLUMNS)}  `;
  const line = look.line(before + detailsOf(event));
  return line.replace(event.type, (type) => look.paint(type, STYLES[event.type]));
}

function detailsOf(event: WatchEvent): string {
  switch (event.type) {
    case 'put':
      return `${event.key}  ${formatBytes(event.size)}`;
    case 'delete':
      return event.key;
    case 'joined':
    case 'left':
    case 'promoted':
      return `${event.server} (view ${event.view})`;
    case 'suspected':
      return `${event.server} (${event.reason ?? 'it does not answer'})`;
    case 'conflict':
      return `${event.key}  ${event.deleted ? 'a deletion' : formatBytes(event.size)} lost, see ringlet conflicts`;
    case 'settled':
      return event.key;
    case 'heartbeat':
      return `revision ${event.revision}`;
    case 'gap':
      return `some events before revision ${event.revision} are not known any more: list the objects anew`;
    case 'merging':
      return `${event.count} writes that were made apart`;
    case 'merged':
      return 'all that was written apart is in the ring';
    case 'island-up':
      return `${event.name} at ${event.url}`;
    case 'island-down':
      return `${event.name} (${event.reason})`;
  }
}
