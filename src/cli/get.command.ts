import type { Command } from 'commander';

import type { ObjectHead } from '../client/index.js';
import { withExamples } from './command-line.js';
import { withClient } from './connect.js';
import { type Context, report } from './context.js';
import { noObject } from './explain.js';
import { save, type SaveOptions } from './save.js';
import { formatBytes } from './units.js';

interface Options extends SaveOptions {
  readonly stale?: boolean;
}

export function addGet(program: Command, context: Context): void {
  const command = program
    .command('get')
    .alias('download')
    .description('read an object: to standard output, or into a file that is there only once it is whole')
    .argument('<key>')
    .option('-o, --output <path>', 'the file, or the directory for it; - is standard output')
    .option('--stale', 'take what a server has that cannot tell whether it is the newest')
    .action((key: string, _options: Options, self: Command) => run(key, self.optsWithGlobals(), context));
  withExamples(command, [
    ['ringlet get docs/readme', 'show it'],
    ['ringlet get models/a.bin -o .', 'save it as ./a.bin'],
    ['ringlet get src.tar | tar x', 'pass it on'],
  ]);
}

async function run(key: string, options: Options, context: Context): Promise<void> {
  const { signal, stderr, stdout } = context;
  const maxStale = options.stale === true ? Infinity : undefined;
  const saved = await withClient(context, options, (client) =>
    save(key, () => client.get(key, { signal, maxStale }), options, context),
  );
  if (saved === null) throw noObject(key);
  const { head, file } = saved;
  if (head.stale) stderr.write('This may not be the newest: the server that has it is cut off.\n');
  if (file !== null) report(stdout, options, asResult(head, file), `${formatBytes(head.size)} in ${file}`);
}

function asResult(head: ObjectHead, file: string): object {
  const { key, size, type, etag, revision, modified, meta, ttl, stale, server } = head;
  return { key, file, size, type, etag, revision, modified, meta, ttl, stale, server };
}
