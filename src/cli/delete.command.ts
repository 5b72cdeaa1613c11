import type { Command } from 'commander';

import type { Written } from '../client/index.js';
import { toEtag, withExamples } from './command-line.js';
import { withClient } from './connect.js';
import { type CommonOptions, type Context, report } from './context.js';
import { EXIT, Failure } from './failure.js';
import { isClash } from './put.command.js';

interface Options extends CommonOptions {
  readonly force?: boolean;
  readonly ifMatch?: string;
}

export function addDelete(program: Command, context: Context): void {
  const command = program
    .command('rm')
    .alias('delete')
    .description('delete objects')
    .argument('<key...>')
    .option('-f, --force', 'it is no failure when there is no such object')
    .option('--if-match <etag>', 'only if the object has this entity tag', toEtag)
    .action((keys: string[], _options: Options, self: Command) => run(keys, self.optsWithGlobals(), context));
  withExamples(command, [
    ['ringlet rm docs/a docs/b', 'both'],
    ["ringlet ls tmp/ --json | jq -r .key | xargs -d '\\n' ringlet rm", 'all below tmp/'],
  ]);
}

/** The others are deleted even if one of them is missing. */
async function run(keys: readonly string[], options: Options, context: Context): Promise<void> {
  if (options.ifMatch !== undefined && keys.length > 1)
    throw new Failure('--if-match is about one object: give one key.', EXIT.usage);
  const missing: string[] = [];
  await withClient(context, options, async (client) => {
    for (const key of keys) {
      const { ifMatch } = options;
      const deleted = await client
        .delete(key, { ifMatch, signal: context.signal })
        .catch((error: unknown) => {
          throw isClash(error) ? clash(key) : error;
        });
      if (deleted === null) missing.push(key);
      tell(key, deleted, options, context);
    }
  });
  if (missing.length > 0 && options.force !== true) throw noObjects(missing);
}

function tell(key: string, deleted: Written | null, options: Options, { stdout }: Context): void {
  const { json } = options;
  const result = { key, deleted: deleted !== null, revision: deleted?.revision ?? null };
  const words = `${JSON.stringify(key)} is deleted, at revision ${deleted?.revision}`;
  if (deleted !== null || json === true) report(stdout, options, result, words);
}

function noObjects(keys: readonly string[]): Failure {
  const names = keys.map((key) => JSON.stringify(key)).join(', ');
  return new Failure(
    `There is no object ${names}: ringlet ls shows those that are there, and --force lets them be missing.`,
    EXIT.notFound,
  );
}

function clash(key: string): Failure {
  return new Failure(
    `${JSON.stringify(key)} has another entity tag by now, and was not deleted: ringlet ls --long shows it.`,
    EXIT.precondition,
  );
}
