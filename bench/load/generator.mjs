/** The bench's side of the load generator: one process, one slice at a time. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { start } from '../system/processes.mjs';

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url));

export class Generator {
  #worker = start(process.execPath, [WORKER], { ipc: true });

  get pid() {
    return this.#worker.pid;
  }

  /**
   * @param {import('./types.mjs').LoadSpec} spec
   * @returns {Promise<import('./types.mjs').LoadResult>}
   */
  async run(spec) {
    const ended = new AbortController();
    const lost = once(this.#worker, 'exit', { signal: ended.signal }).then(() => {
      throw new Error(`the load generator ended: ${this.#worker.output()}`);
    });
    lost.catch(() => {}); // the race below has its own view of it
    const answer = once(this.#worker, 'message', { signal: ended.signal });
    answer.catch(() => {});
    this.#worker.send(spec);
    try {
      const [{ result, error }] = await Promise.race([answer, lost]);
      if (error !== undefined) throw new Error(error);
      return result;
    } finally {
      ended.abort();
    }
  }
}
