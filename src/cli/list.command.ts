import { type Command } from 'commander';

import type { ListedObject, Page } from '../client/index.js';
import { withClient } from './connect.js';
import type { CommonOptions, Context } from './context.js';
import { toCount, withExamples } from './command-line.js';
import { type Cell, Look } from './look.js';
import { write, writeLine } from './output.js';
import { counted, formatBytes, formatTime } from './units.js';

const PAGE = 1000;
/** So that the pages of one list are aligned with each other, whatever they hold. */
const LEAST_WIDTHS = [formatBytes(1023).length, formatTime(new Date().toISOString()).length];

interface Options extends CommonOptions {
  readonly long?: boolean;
  readonly limit?: number;
}

interface Total {
  count: number;
  bytes: number;
}

export function addList(program: Command, context: Context): void {
  const command = program
    .command('ls')
    .alias('show')
    .description('list the objects, in the order of their keys')
    .argument('[prefix]', 'only keys that begin so')
    .option('-l, --long', 'with revision, type, entity tag and holders')
    .option('-n, --limit <count>', 'the first so many', toCount)
    .action((prefix: string | undefined, _options: Options, self: Command) =>
      run(prefix, self.optsWithGlobals(), context),
    );
  withExamples(command, [
    ['ringlet ls', 'all objects'],
    ['ringlet ls models/', 'those whose keys begin with models/'],
    ['ringlet ls --json | jq -r .key', 'one document for each object, a line each'],
  ]);
}

async function run(prefix: string | undefined, options: Options, context: Context): Promise<void> {
  const look = new Look(context);
  const total = { count: 0, bytes: 0 };
  await withClient(context, options, async (client) => {
    const { limit = Infinity } = options;
    const pages = client.pages({ prefix, limit: Math.min(limit, PAGE), signal: context.signal });
    for await (const page of pages) {
      const objects = page.objects.slice(0, limit - total.count);
      if (objects.length > 0) await write(context, render({ ...page, objects }, total, look, options));
      add(total, objects);
      if (total.count >= limit) break;
    }
  });
  if (look.isTerminal && options.json !== true) await writeLine(context, summary(total, prefix));
}

/** A page as lines, below the heading when it is the first on a terminal. */
function render({ objects }: Page, { count }: Total, look: Look, { json, long }: Options): string {
  if (json === true) return objects.map((object) => `${JSON.stringify(object)}\n`).join('');
  const rows = objects.map((object) => rowOf(object, long === true));
  if (count === 0 && look.isTerminal) rows.unshift(headingOf(long === true));
  const key = rows[0]!.length - 1;
  return look
    .table(rows, key, LEAST_WIDTHS)
    .map((line) => `${line}\n`)
    .join('');
}

function headingOf(long: boolean): Cell[] {
  const names = ['size', 'written', ...(long ? ['revision', 'type', 'etag', 'at'] : []), 'key'];
  return names.map((text, at) => ({ text, style: 'dim', alignRight: at === 0 }));
}

function rowOf({ key, size, modified, revision, type, etag, holders }: ListedObject, long: boolean): Cell[] {
  const details = [String(revision), type || '-', etag, holders.join(',')].map((text) => ({ text }));
  return [
    { text: formatBytes(size), alignRight: true },
    { text: formatTime(modified) },
    ...(long ? details : []),
    { text: key },
  ];
}

function add(total: Total, objects: readonly ListedObject[]): void {
  total.count += objects.length;
  for (const { size } of objects) total.bytes += size;
}

function summary({ count, bytes }: Total, prefix: string | undefined): string {
  if (count > 0) return `${counted(count, 'object')}, ${formatBytes(bytes)}`;
  return prefix === undefined ? 'There are no objects yet.' : `No key begins with ${JSON.stringify(prefix)}.`;
}
