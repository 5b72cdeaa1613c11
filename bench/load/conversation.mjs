/** A process of the bench's own that is asked one thing at a time. */
import { once } from 'node:events';
import { start } from '../system/processes.mjs';

export class Conversation {
  #worker;

  /**
   * @param {string} program answers each message with `{ result }` or `{ error }`
   * @param {string[]} [within] what precedes the command, such as `ip netns exec NAME`
   */
  constructor(program, within = []) {
    const [command = '', ...args] = [...within, process.execPath, program];
    this.#worker = start(command, args, { ipc: true });
  }

  get process() {
    return this.#worker;
  }

  /** @param {object} message @returns {Promise<any>} */
  async ask(message) {
    const ended = new AbortController();
    const lost = once(this.#worker, 'exit', { signal: ended.signal }).then(() => {
      throw new Error(`a process of the load generator ended: ${this.#worker.output()}`);
    });
    lost.catch(() => {}); // the race below has its own view of it
    const answer = once(this.#worker, 'message', { signal: ended.signal });
    answer.catch(() => {});
    this.#worker.send(message);
    try {
      const [{ result, error }] = await Promise.race([answer, lost]);
      if (error !== undefined) throw new Error(error);
      return result;
    } finally {
      ended.abort();
    }
  }
}
