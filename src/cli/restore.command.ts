import type { Command } from 'commander';

import type { RingletClient } from '../client/index.js';
import { withExamples } from './command-line.js';
import { withClient } from './connect.js';
import { type CommonOptions, type Context, report } from './context.js';
import { EXIT, Failure } from './failure.js';
import { Progress } from './progress.js';
import { RestoreObjects, type Restored } from './restore-objects.js';
import { BackupFile, type Plan } from './restore-plan.js';
import { counted, formatBytes } from './units.js';

const SECOND_MS = 1000;
/** For how long one object is tried: what is restored already would have to be restored again. */
const PATIENCE_MS = 60_000;

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
    const plan = await verify(file, context);
    await withClient(context, options, (client) => restore(file, plan, client, options, context));
  } finally {
    await file.close();
  }
}

async function restore(
  file: BackupFile,
  plan: Plan,
  client: RingletClient,
  options: Options,
  context: Context,
): Promise<void> {
  if (options.merge !== true) await refuseUnlessEmpty(client, context);
  const restored = await put(file, plan, client, options, context);
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

async function verify(file: BackupFile, { signal, stderr }: Context): Promise<Plan> {
  const progress = new Progress(stderr, 'verify');
  try {
    return await file.plan(signal, (bytes, total) => progress.show(bytes, total));
  } finally {
    progress.end();
  }
}

async function refuseUnlessEmpty(client: RingletClient, { signal }: Context): Promise<void> {
  const [{ objects }, { bundles }] = await Promise.all([
    client.page({ limit: 1, signal }),
    client.bundles.page({ limit: 1, signal }),
  ]);
  if (objects.length + bundles.length === 0) return;
  throw new Failure(
    'The ring has objects already, and nothing was restored: restore into a new ring, or say --merge to write over what is there.',
    EXIT.precondition,
  );
}

async function put(
  file: BackupFile,
  plan: Plan,
  client: RingletClient,
  { timeout }: Options,
  { stderr, signal }: Context,
): Promise<Restored> {
  const progress = new Progress(stderr, 'restore');
  const bounds = { signal, deadlineMs: timeout === undefined ? PATIENCE_MS : timeout * SECOND_MS };
  const onProgress = ({ bytes }: Restored): void => progress.show(bytes, plan.bytes);
  const objects = new RestoreObjects(file, client, bounds, onProgress);
  try {
    await objects.all(plan);
    return objects.restored;
  } catch (error) {
    throw incomplete(error, objects.restored, plan, signal);
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
