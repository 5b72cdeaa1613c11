import type { Command } from 'commander';

import type { RingletClient } from '../client/index.js';
import { BackupFault, type End } from './backup-lines.js';
import { BackupReader } from './backup-reader.js';
import { withExamples } from './command-line.js';
import { withClient } from './connect.js';
import { type CommonOptions, type Context, report } from './context.js';
import { Failure, reasonOf } from './failure.js';
import { PartFile } from './part-file.js';
import { PipeTarget } from './pipe-target.js';
import { Progress } from './progress.js';
import { serversOf } from './servers.js';
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
  const { end, bytes } = await withClient(context, options, async (client) => {
    const target = toPipe
      ? new PipeTarget(context)
      : await PartFile.create(file, { force: options.force === true });
    try {
      return await new BackupRun(client, await serversOf(context, options), target, context).fill();
    } finally {
      await target.close();
    }
  });
  const { revision, records, leftOut = 0 } = end;
  const result = { file, revision, records, leftOut, bytes };
  const without =
    leftOut > 0 ? `, without ${counted(leftOut, 'file')} of directories that could not be read` : '';
  const words = `${counted(records, 'record')}, ${formatBytes(bytes)}, as of revision ${revision}, in ${toPipe ? 'all' : file}${without}`;
  report(toPipe ? context.stderr : context.stdout, options, result, words);
}

/** What came of this server is no backup; another one, or the same one later, may do better. */
class Broken extends Error {}

/** Asks for a backup until one comes that is whole. */
class BackupRun {
  private readonly progress: Progress;
  /** Those from which none came. */
  private readonly failed = new Set<string>();

  constructor(
    private readonly client: RingletClient,
    private readonly named: readonly URL[],
    private readonly target: Target,
    private readonly context: Context,
  ) {
    this.progress = new Progress(context.stderr, 'backup');
  }

  async fill(): Promise<Received> {
    for (let attempt = 1; ; attempt++) {
      try {
        const received = await this.receive(await this.next());
        await this.target.commit();
        return received;
      } catch (error) {
        if (!(error instanceof Broken)) throw error;
        if (attempt === MOST_ATTEMPTS || !(await this.target.restart())) throw new Failure(error.message);
      } finally {
        this.progress.end();
      }
    }
  }

  /** One that was not tried yet. Undefined: whichever answers. */
  private async next(): Promise<string | undefined> {
    if (this.failed.size === 0) return undefined;
    const known = [...this.named.map(({ origin }) => origin), ...(await this.members())];
    return known.find((server) => !this.failed.has(server));
  }

  private async members(): Promise<string[]> {
    const { signal } = this.context;
    try {
      const { members } = await this.client.ring({ signal });
      return members.map(({ url }) => new URL(url).origin);
    } catch {
      signal.throwIfAborted();
      return [];
    }
  }

  private async receive(server: string | undefined): Promise<Received> {
    const { signal } = this.context;
    const { body, url } = await this.client.request({ method: 'GET', path: '/backup', server, signal });
    const reader = new BackupReader();
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        reader.feed(chunk);
        await this.target.write(chunk);
        this.progress.show(reader.bytes, reader.head?.bytes ?? 0);
      }
      return { end: reader.end(), bytes: reader.bytes };
    } catch (error) {
      if (error instanceof Failure) throw error;
      signal.throwIfAborted();
      this.failed.add(url);
      throw broken(url, error);
    } finally {
      body.destroy();
    }
  }
}

function broken(url: string, error: unknown): Broken {
  const why = error instanceof BackupFault ? `it ${error.message}` : reasonOf(error);
  return new Broken(
    `The backup from ${new URL(url).host} did not come through (${why}): try again, or at another server.`,
  );
}
