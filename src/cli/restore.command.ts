import type { Command } from 'commander';

import { ask } from './ask.js';
import { withExamples } from './command-line.js';
import { type CommonOptions, type Context, report, withServers } from './context.js';
import { EXIT, Failure } from './failure.js';
import { Progress } from './progress.js';
import { RestoreObjects, type Restored } from './restore-objects.js';
import { BackupFile, type Plan } from './restore-plan.js';
import type { Servers } from './servers.js';
import { counted, formatBytes } from './units.js';

interface Options extends CommonOptions {
  readonly merge?: boolean;
}

export function addRestore(program: Command, context: Context): void {
  const command = program
    .command('restore')
    .description(
      'put the objects of a backup into an empty ring; the file is verified before anything is written',
    )
    .argument('<file>', 'what ringlet backup has written')
    .option(
      '--merge',
      'restore into a ring that has objects: those with the same keys are replaced, others stay',
    )
    .action((file: string, _options: Options, self: Command) => run(file, self.optsWithGlobals(), context));
  withExamples(command, [
    ['ringlet restore nightly', 'into an empty ring'],
    ['ringlet restore nightly --merge', 'over what is there'],
  ]);
}

async function run(name: string, options: Options, context: Context): Promise<void> {
  const file = await BackupFile.open(name);
  try {
    await withServers(context, options, (servers) => restore(file, servers, options, context));
  } finally {
    await file.close();
  }
}

async function restore(
  file: BackupFile,
  servers: Servers,
  options: Options,
  context: Context,
): Promise<void> {
  const plan = await verify(file, servers.signal, context);
  if (options.merge !== true) await refuseUnlessEmpty(servers);
  const restored = await put(file, plan, servers, context);
  tellInternal(plan, context);
  const { objects, bytes, expired } = restored;
  const result = {
    file: file.name,
    revision: plan.revision,
    objects,
    bytes,
    expired,
    internal: plan.internal,
  };
  const late = expired > 0 ? `; ${counted(expired, 'object')} had no time to live left` : '';
  const words = `${counted(objects, 'object')}, ${formatBytes(bytes)}, restored from ${file.name}${late}`;
  report(context.stdout, options, result, words);
}

async function verify(file: BackupFile, signal: AbortSignal, { stderr }: Context): Promise<Plan> {
  const progress = new Progress(stderr, 'verify');
  try {
    return await file.plan(signal, (bytes, total) => progress.show(bytes, total));
  } finally {
    progress.end();
  }
}

async function refuseUnlessEmpty(servers: Servers): Promise<void> {
  const { server, message } = await ask(servers, { method: 'GET', path: '/objects?limit=1' });
  let text = '';
  for await (const chunk of message) text += String(chunk);
  if (isEmptyListing(text, server)) return;
  throw new Failure(
    'The ring has objects already, and nothing was restored: restore into a new ring, or say --merge to write over what is there.',
    EXIT.precondition,
  );
}

function isEmptyListing(text: string, { host }: URL): boolean {
  try {
    const { objects } = JSON.parse(text) as { objects?: unknown };
    if (Array.isArray(objects)) return objects.length === 0;
  } catch {
    // It is no listing.
  }
  throw new Failure(
    `${host} does not list its objects: it may be no Ringlet server; name another by --server URL.`,
  );
}

async function put(file: BackupFile, plan: Plan, servers: Servers, { stderr }: Context): Promise<Restored> {
  const progress = new Progress(stderr, 'restore');
  const objects = new RestoreObjects(file, servers, ({ bytes }) => progress.show(bytes, plan.bytes));
  try {
    await objects.all(plan);
    return objects.restored;
  } catch (error) {
    throw incomplete(error, objects.restored, plan, servers.signal);
  } finally {
    progress.end();
  }
}

/** The ring has a part of the backup now, which whoever restores has to know. */
function incomplete(error: unknown, { objects }: Restored, { places }: Plan, signal: AbortSignal): unknown {
  if (signal.aborted) return new Failure(`Interrupted. ${partOf(objects, places.size)}`);
  if (!(error instanceof Failure) || objects === 0) return error;
  return new Failure(`${error.message} ${partOf(objects, places.size)}`, error.exitCode);
}

function partOf(done: number, all: number): string {
  return `Only ${done} of ${counted(all, 'object')} are known to be restored; --merge restores the rest as well.`;
}

function tellInternal({ internal }: Plan, { stderr }: Context): void {
  if (internal === 0) return;
  stderr.write(
    `${counted(internal, 'record')} of the ring itself (conflicts) cannot be restored and stay in the file.\n`,
  );
}
