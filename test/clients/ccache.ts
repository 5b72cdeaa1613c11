import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Project } from './project.js';
import { run } from './run.js';

/** What ccache counted since its local cache was last removed. `misses`: files that had to be compiled. */
export interface Counted {
  readonly misses: number;
  readonly remoteHits: number;
  /** Errors and timeouts of the remote storage. */
  readonly remoteFailures: number;
}

/** ccache on one machine: a local cache, a project, and a remote storage that both are worth little without. */
export class Ccache {
  readonly project: Project;
  private readonly cache: string;

  constructor(directory: string) {
    this.project = new Project(join(directory, 'project'));
    this.cache = join(directory, 'cache');
  }

  /** Builds the project with no local cache, so that whatever is not compiled comes from the remote storage. */
  async buildAnew(remote: string, settings: Readonly<Record<string, string>> = {}): Promise<Counted> {
    rmSync(this.cache, { recursive: true, force: true });
    for (const object of this.project.objects) rmSync(join(this.project.directory, object), { force: true });
    const environment = { ...storageAt(remote), ...settings };
    await this.project.build(async (source, object) => {
      await this.call('ccache', ['gcc', '-O1', '-g', '-c', source, '-o', object], environment);
    });
    return this.count();
  }

  /** What the program prints that is linked from the objects. */
  async linkAndRun(): Promise<string> {
    await this.call('gcc', [...this.project.objects, '-o', 'program']);
    return this.call('./program', []);
  }

  /** The objects, for comparing builds. */
  objects(): Buffer[] {
    return this.project.objects.map((object) => readFileSync(join(this.project.directory, object)));
  }

  /** Versions before 4.7 called the remote storage secondary. */
  private async count(): Promise<Counted> {
    const statistics = new Map<string, number>();
    for (const line of (await this.call('ccache', ['--print-stats'])).split('\n')) {
      const [name = '', value] = line.split('\t');
      statistics.set(name.replace(/^secondary_/, 'remote_'), Number(value));
    }
    const of = (name: string) => statistics.get(name) ?? 0;
    return {
      misses: of('cache_miss'),
      remoteHits: of('remote_storage_hit'),
      remoteFailures: of('remote_storage_error') + of('remote_storage_timeout'),
    };
  }

  private async call(
    program: string,
    words: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { code, output, errors } = await run(program, words, {
      directory: this.project.directory,
      environment: { CCACHE_DIR: this.cache, ...environment },
    });
    if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}: ${errors}`);
    return output.toString();
  }
}

/** By both names that ccache has had for it. */
function storageAt(remote: string): Record<string, string> {
  return { CCACHE_REMOTE_STORAGE: remote, CCACHE_SECONDARY_STORAGE: remote };
}
