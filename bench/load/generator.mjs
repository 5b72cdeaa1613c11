/** The bench's side of the load generator: one process, one slice at a time. */
import { fileURLToPath } from 'node:url';
import { Conversation } from './conversation.mjs';

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url));

export class Generator {
  #conversation = new Conversation(WORKER);

  get pid() {
    return this.#conversation.process.pid;
  }

  /**
   * Load for some seconds.
   * @param {import('./types.mjs').LoadSpec} spec
   * @returns {Promise<import('./types.mjs').LoadResult>}
   */
  run(spec) {
    return this.#conversation.ask({ kind: 'drive', spec });
  }

  /**
   * One PUT of each of `spec.keys` keys, however long that takes.
   * @param {Omit<import('./types.mjs').LoadSpec, 'seconds' | 'dialogue'>} spec
   * @returns {Promise<import('./types.mjs').FillResult>}
   */
  store(spec) {
    return this.#conversation.ask({ kind: 'fill', spec: { ...spec, dialogue: 'http-fill', seconds: 0 } });
  }
}
