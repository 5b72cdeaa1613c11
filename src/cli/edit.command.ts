import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import type { Command } from 'commander';

import { type ObjectHead, type RingletClient, RingletError, type Written } from '../client/index.js';
import { withExamples } from './command-line.js';
import { withClient } from './connect.js';
import { type CommonOptions, type Context, report } from './context.js';
import { download } from './download.js';
import { edit } from './editor.js';
import { explain, noObject } from './explain.js';
import { EXIT, Failure } from './failure.js';
import { PartFile } from './part-file.js';
import { LONG_MS, Progress } from './progress.js';
import { isClash, wordsOf } from './put.command.js';
import { openSource } from './source.js';

const MS = 1000;
/** The shortest time to live that is sent; what has less left has ended, and the condition says so. */
const LEAST_TTL_SECONDS = 0.001;

export function addEdit(program: Command, context: Context): void {
  const command = program
    .command('edit')
    .description('open an object in VISUAL or EDITOR, and store it if nobody else has changed it meanwhile')
    .argument('<key>')
    .action((key: string, _options: CommonOptions, self: Command) =>
      run(key, self.optsWithGlobals(), context),
    );
  withExamples(command, [['EDITOR=nano ringlet edit docs/readme', '']]);
}

async function run(key: string, options: CommonOptions, context: Context): Promise<void> {
  const file = await createDraft(key);
  let mayRemove = true;
  try {
    await withClient(context, options, async (client) => {
      const head = await fetch(key, file, client, context);
      const before = await digestOf(file);
      const readAt = performance.now();
      mayRemove = false;
      const isChanged = await edit(file, context).then(async () => (await digestOf(file)) !== before);
      const seconds = (performance.now() - readAt) / MS;
      const written = isChanged ? await send(file, head, seconds, client, context) : null;
      mayRemove = true;
      tell(key, written, options, context);
    });
  } catch (error) {
    throw mayRemove ? error : kept(error, key, file);
  } finally {
    if (mayRemove) await rm(dirname(file), { recursive: true, force: true });
  }
}

/** In a directory that only its owner may look into. The ending tells the editor what it is. */
async function createDraft(key: string): Promise<string> {
  const ending = /^\.[\w-]{1,20}$/.exec(extname(key))?.[0] ?? '';
  return join(await mkdtemp(join(tmpdir(), 'ringlet-edit-')), `text${ending}`);
}

async function fetch(
  key: string,
  file: string,
  client: RingletClient,
  { stderr, signal }: Context,
): Promise<ObjectHead> {
  const head = await download(
    () => client.get(key, { signal }),
    () => PartFile.create(file, { force: true }),
    new Progress(stderr, 'get', LONG_MS),
  );
  if (head === null) throw noObject(key);
  return head;
}

async function send(
  file: string,
  { key, type, meta, ttl, etag }: ObjectHead,
  seconds: number,
  client: RingletClient,
  context: Context,
): Promise<Written> {
  const { signal, stderr } = context;
  const progress = new Progress(stderr, 'put', LONG_MS);
  const source = await openSource(file, context, (bytes) => progress.show(bytes, source.size ?? 0));
  const left = ttl === null ? undefined : Math.max(ttl - seconds, LEAST_TTL_SECONDS);
  try {
    const settings = { type, meta, ttl: left, ifMatch: etag, size: source.size, signal };
    return await client.put(key, source.body, settings);
  } finally {
    progress.end();
    await source.close();
  }
}

function tell(key: string, written: Written | null, options: CommonOptions, { stdout }: Context): void {
  const result = {
    key,
    changed: written !== null,
    revision: written?.revision ?? null,
    etag: written?.etag ?? null,
  };
  const words =
    written === null ? `${JSON.stringify(key)} is as it was, and nothing was sent` : wordsOf(written);
  report(stdout, options, result, words);
}

/** Nobody types a text twice: whatever has failed, it stays where it is. */
function kept(error: unknown, key: string, file: string): unknown {
  const failure = explained(error, key);
  if (failure === null) return error;
  return new Failure(`${failure.message.replace(/\.$/, '')}; your text is in ${file}.`, failure.exitCode);
}

function explained(error: unknown, key: string): Failure | null {
  if (isClash(error))
    return new Failure(
      `${JSON.stringify(key)} was changed by somebody else meanwhile, and nothing was sent`,
      EXIT.precondition,
    );
  if (error instanceof RingletError) return explain(error);
  if (error instanceof Failure) return error;
  return (error as Error).name === 'AbortError' ? new Failure('Interrupted') : null;
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
