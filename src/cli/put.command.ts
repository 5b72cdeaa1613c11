import { basename, extname } from 'node:path';

import type { Command } from 'commander';
import { contentType } from 'mime-types';

import { type PutOptions, RingletError, type Written } from '../client/index.js';
import { toCount, toEtag, toMeta, toSeconds, withExamples } from './command-line.js';
import { withClient } from './connect.js';
import { type CommonOptions, type Context, report } from './context.js';
import { EXIT, Failure } from './failure.js';
import { LONG_MS, Progress } from './progress.js';
import { openSource } from './source.js';

const STDIN = '-';

interface Options extends CommonOptions {
  readonly type?: string;
  readonly ttl?: number;
  readonly meta?: Record<string, string>;
  readonly ifMatch?: string;
  readonly replicas?: number;
}

export function addPut(program: Command, context: Context): void {
  const command = program
    .command('put')
    .description('store a file, or standard input, as an object')
    .option('--if-match <etag>', 'only if the object has this entity tag; * means any', toEtag);
  withUpload(command, (file, key, options) => put(file, key, options, context));
  withExamples(command, [
    ['ringlet put report.pdf', 'as report.pdf'],
    ['ringlet put report.pdf docs/', 'as docs/report.pdf'],
    ['tar c src | ringlet put - src.tar', 'from a pipe'],
    ['ringlet put page.html index --type text/html --ttl 3600', 'for an hour'],
  ]);
}

export function addCreate(program: Command, context: Context): void {
  const command = program
    .command('create')
    .description('store a file, or standard input, as an object that must not be there yet');
  withUpload(command, (file, key, options) => put(file, key, options, context, { ifNoneMatch: '*' }));
  withExamples(command, [['ringlet create report.pdf docs/report', 'fails if docs/report is there already']]);
}

function withUpload(
  command: Command,
  run: (file: string, key: string | undefined, options: Options) => Promise<void>,
): void {
  command
    .argument('<file>', 'what to store; - is standard input')
    .argument('[key]', 'under which key; the name of the file, if there is none, or it ends with /')
    .option('--type <type>', 'Content-Type (by the ending of the name)')
    .option('--ttl <seconds>', 'time to live, for ever without', toSeconds)
    .option('--meta <name=value>', 'kept with the object; may be given several times', toMeta)
    .option('--replicas <count>', 'how many servers are to have it', toCount)
    .action((file: string, key: string | undefined, _options: Options, self: Command) =>
      run(file, key, self.optsWithGlobals()),
    );
}

async function put(
  file: string,
  wanted: string | undefined,
  options: Options,
  context: Context,
  condition: PutOptions = { ifMatch: options.ifMatch },
): Promise<void> {
  const key = keyOf(file, wanted);
  const { ttl, meta, replicas } = options;
  const type = options.type ?? guessType(file, key);
  const progress = new Progress(context.stderr, 'put', LONG_MS);
  let total = 0;
  const source = await openSource(file, context, (bytes) => progress.show(bytes, total));
  total = source.size ?? 0;
  try {
    const { signal } = context;
    const settings = { type, ttl, meta, replicas, size: source.size, signal, ...condition };
    const written = await withClient(context, options, (client) => client.put(key, source.body, settings));
    progress.end();
    report(context.stdout, options, written, wordsOf(written));
  } catch (error) {
    throw isClash(error) ? clash(key, condition) : error;
  } finally {
    progress.end();
    await source.close();
  }
}

/** @throws Failure */
function keyOf(file: string, wanted = ''): string {
  if (wanted !== '' && !wanted.endsWith('/')) return wanted;
  if (file !== STDIN) return `${wanted}${basename(file)}`;
  throw new Failure('Standard input has no name: give a key, such as ringlet put - KEY.', EXIT.usage);
}

/** By the ending of the file's name, or else of the key. */
function guessType(file: string, key: string): string | undefined {
  for (const name of [file, key]) {
    const type = contentType(extname(name));
    if (type !== false) return type;
  }
  return undefined;
}

export function wordsOf({ key, revision, created, provisionalCopies }: Written): string {
  const what = `${JSON.stringify(key)} is ${created ? 'stored' : 'replaced'}, at revision ${revision}`;
  if (provisionalCopies === null) return what;
  return `${what}; the ring is cut, so it may lose to what the other side writes (copies here: ${provisionalCopies})`;
}

export function isClash(error: unknown): boolean {
  return error instanceof RingletError && error.code === 'precondition_failed';
}

function clash(key: string, { ifNoneMatch }: PutOptions): Failure {
  const name = JSON.stringify(key);
  const sentence =
    ifNoneMatch === undefined
      ? `${name} has another entity tag by now, and nothing was stored: ringlet ls --long shows it.`
      : `There is an object ${name} already, and nothing was stored: choose another key, or replace it by put.`;
  return new Failure(sentence, EXIT.precondition);
}
