import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

import { programDirectory, transpile } from '../lab/transpile.js';

type Functions<M> = { [Name in keyof M]: M[Name] extends (...given: never[]) => unknown ? M[Name] : never };

/**
 * The functions that a module of the tests exports, called in a thread that is outside Jest's sandbox: inside it each use of a
 * global (Math, Infinity, Uint8Array) is looked up by name, which halves the speed of what computes for minutes. What
 * goes in and comes back is copied (structured clone).
 */
export class Outside<M> {
  private readonly directory = programDirectory('outside-');
  private readonly worker: Worker;

  /** `module`: its path from the root, without its ending; it may use `src` and what is in these folders of `test`. */
  constructor(module: string, folders: readonly string[]) {
    let built = '';
    for (const folder of ['src', ...folders]) built = transpile('.', this.directory, folder);
    const workerData = { module: pathToFileURL(join(built, `${module}.js`)).href };
    this.worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData });
  }

  /** One call at a time. */
  async call<Name extends keyof Functions<M>>(
    name: Name,
    ...given: Parameters<Functions<M>[Name]>
  ): Promise<Awaited<ReturnType<Functions<M>[Name]>>> {
    this.worker.postMessage({ name, given });
    const [answer] = await once(this.worker, 'message');
    if ('error' in answer) throw answer.error;
    return answer.result;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
    rmSync(this.directory, { recursive: true });
  }
}
