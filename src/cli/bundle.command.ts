import type { Command } from 'commander';

import { type RingletClient, RingletError } from '../client/index.js';
import { readParts } from './bundle-file.js';
import { listBundles, showBundle } from './bundle-tables.js';
import { toEtag, withExamples } from './command-line.js';
import { withClient } from './connect.js';
import { type Context, report } from './context.js';
import { toldBy } from './explain.js';
import { EXIT, Failure } from './failure.js';
import { isClash, wordsOf } from './put.command.js';
import { save, type SaveOptions } from './save.js';
import { formatBytes } from './units.js';

interface Options extends SaveOptions {
  readonly ifMatch?: string;
  readonly allowMissing?: boolean;
}

export function addBundle(program: Command, context: Context): void {
  const bundle = program.command('bundle').description('named lists of objects, read as one');
  addReading(bundle, context);
  addWriting(bundle, context);
  withExamples(bundle, [
    [`echo '{"parts":[{"key":"wheel","quantity":4},{"key":"base"}]}' | ringlet bundle put car -`, ''],
    ['ringlet bundle show car', 'where its parts are'],
    ['ringlet bundle get car | tar x', 'all of them'],
  ]);
}

function addReading(bundle: Command, context: Context): void {
  bundle
    .command('list', { isDefault: true })
    .alias('ls')
    .description('list them, in the order of their names')
    .argument('[bundle]', 'only names that begin so')
    .action((prefix: string | undefined, _options: Options, self: Command) =>
      listBundles(prefix, self.optsWithGlobals(), context),
    );
  bundle
    .command('show')
    .description('tell of what parts it is, and which servers have them')
    .argument('<bundle>')
    .action(async (name: string, _options: Options, self: Command) => {
      if (!(await showBundle(name, self.optsWithGlobals(), context))) throw noBundle(name);
    });
  bundle
    .command('get')
    .description('read all parts as one tar archive, with bundle.json, the list, as its first entry')
    .argument('<bundle>')
    .option('-o, --output <path>', 'the file, or the directory for it; - is standard output')
    .option('--allow-missing', 'leave out parts that are missing')
    .action((name: string, _options: Options, self: Command) => get(name, self.optsWithGlobals(), context));
}

function addWriting(bundle: Command, context: Context): void {
  bundle
    .command('put')
    .description(
      'store a list of parts, in JSON; parts may have "quantity", and "as", their name in the archive',
    )
    .argument('<bundle>')
    .argument('<file>', 'the list; - is standard input')
    .option('--if-match <etag>', 'only if the list has this entity tag; * means any', toEtag)
    .option('--allow-missing', 'also if there are no such parts yet')
    .action((name: string, file: string, _options: Options, self: Command) =>
      put(name, file, self.optsWithGlobals(), context),
    );
  bundle
    .command('rm')
    .alias('delete')
    .description('delete a bundle; its parts stay')
    .argument('<bundle>')
    .option('--if-match <etag>', 'only if the list has this entity tag', toEtag)
    .action((name: string, _options: Options, self: Command) =>
      remove(name, self.optsWithGlobals(), context),
    );
}

async function get(name: string, options: Options, context: Context): Promise<void> {
  const { allowMissing } = options;
  const { signal, stdout } = context;
  const saved = await ask(name, options, context, (client) =>
    save(`${name}.tar`, () => client.bundles.download(name, { allowMissing, signal }), options, context),
  );
  if (saved === null) throw noBundle(name);
  const { file } = saved;
  const { etag, length, server } = saved.head;
  const result = { name, file, etag, length, server };
  if (file !== null) report(stdout, options, result, `${formatBytes(length)} in ${file}`);
}

async function put(name: string, file: string, options: Options, context: Context): Promise<void> {
  const { ifMatch, allowMissing } = options;
  const { signal, stdout } = context;
  const parts = await readParts(file, context);
  const written = await ask(name, options, context, (client) =>
    client.bundles.put(name, parts, { ifMatch, allowMissing, signal }),
  );
  report(stdout, options, written, wordsOf(written));
}

async function remove(name: string, options: Options, context: Context): Promise<void> {
  const { ifMatch } = options;
  const { signal, stdout } = context;
  const deleted = await ask(name, options, context, (client) =>
    client.bundles.delete(name, { ifMatch, signal }),
  );
  if (deleted === null) throw noBundle(name);
  const { revision } = deleted;
  const words = `${JSON.stringify(name)} is deleted, at revision ${revision}`;
  report(stdout, options, { name, deleted: true, revision }, words);
}

async function ask<T>(
  name: string,
  options: Options,
  context: Context,
  run: (client: RingletClient) => Promise<T>,
): Promise<T> {
  try {
    return await withClient(context, options, run);
  } catch (error) {
    throw inWords(error, name);
  }
}

/** What only a user of the command can be told to do. */
function inWords(error: unknown, name: string): unknown {
  const bundle = JSON.stringify(name);
  if (isClash(error))
    return new Failure(
      `${bundle} has another entity tag by now, and nothing was done: ringlet bundle show tells it.`,
      EXIT.precondition,
    );
  if (!(error instanceof RingletError) || !['parts_missing', 'bundle_incomplete'].includes(error.code))
    return error;
  return new Failure(
    `Parts of ${bundle} are missing (${toldBy(error.attempts).join('; ')}): put them, or say --allow-missing.`,
    EXIT.notFound,
  );
}

function noBundle(name: string): Failure {
  return new Failure(
    `There is no bundle ${JSON.stringify(name)}: ringlet bundle ls shows those that are there.`,
    EXIT.notFound,
  );
}
