import type { Command } from 'commander';

import { ask } from './ask.js';
import { BackupFault, type End } from './backup-lines.js';
import { BackupReader } from './backup-reader.js';
import { withExamples } from './command-line.js';
import { type CommonOptions, type Context, report, withServers } from './context.js';
import { Failure, reasonOf } from './failure.js';
import { PartFile } from './part-file.js';
import { PipeTarget } from './pipe-target.js';
import { Progress } from './progress.js';
import type { Servers } from './servers.js';
import type { Target } from './target.js';
import { counted, formatBytes } from './units.js';

const STDOUT = '-';
/** A server may end in the middle; then the backup begins anew at the next one. */
const MOST_ATTEMPTS = 5;

interface Options extends CommonOptions {
  readonly force?: boolean;
}

interface Received {
  readonly end: End;
  readonly bytes: number;
}

export function addBackup(program: Command, context: Context): void {
  const command = program
    .command('backup')
    .description('write all objects, as they are at one moment, to a file; - is standard output')
    .argument('<file>', 'where to; it is there only once it is whole and verified')
    .option('--force', 'replace the file if it is there already')
    .action((file: string, _options: Options, self: Command) => run(file, self.optsWithGlobals(), context));
  withExamples(command, [
    ['ringlet backup nightly', 'all objects, verified'],
    ['ringlet backup - | ssh host "cat > nightly"', 'to another machine'],
  ]);
}

async function run(file: string, options: Options, context: Context): Promise<void> {
  const toPipe = file === STDOUT;
  const { end, bytes } = await withServers(context, options, async (servers) => {
    const target = toPipe
      ? new PipeTarget(context)
      : await PartFile.create(file, { force: options.force === true });
    try {
      return await fill(target, servers, new Progress(context.stderr, 'backup'));
    } finally {
      await target.close();
    }
  });
  const result = { file, revision: end.revision, records: end.records, bytes };
  const words = `${counted(end.records, 'record')}, ${formatBytes(bytes)}, as of revision ${end.revision}, in ${toPipe ? 'all' : file}`;
  report(toPipe ? context.stderr : context.stdout, options, result, words);
}

async function fill(target: Target, servers: Servers, progress: Progress): Promise<Received> {
  for (let attempt = 1; ; attempt++) {
    try {
      const received = await receive(target, servers, progress);
      await target.commit();
      return received;
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      if (attempt === MOST_ATTEMPTS || !(await target.restart())) throw new Failure(error.message);
    } finally {
      progress.end();
    }
  }
}

/** What came of this server is no backup; another one, or the same one later, may do better. */
class Broken extends Error {}

async function receive(target: Target, servers: Servers, progress: Progress): Promise<Received> {
  const { server, message } = await ask(servers, { method: 'GET', path: '/backup' });
  const reader = new BackupReader();
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      reader.feed(chunk);
      await target.write(chunk);
      progress.show(reader.bytes, reader.head?.bytes ?? 0);
    }
    return { end: reader.end(), bytes: reader.bytes };
  } catch (error) {
    if (error instanceof Failure) throw error;
    servers.signal.throwIfAborted();
    servers.moveOn(server);
    throw broken(server, error);
  } finally {
    message.destroy();
  }
}

function broken({ host }: URL, error: unknown): Broken {
  const why = error instanceof BackupFault ? `it ${error.message}` : reasonOf(error);
  return new Broken(
    `The backup from ${host} did not come through (${why}): try again, or at another server.`,
  );
}
