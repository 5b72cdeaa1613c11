/** The bench's side of the sender of large bodies: a process of its own, one request at a time. */
import { fileURLToPath } from 'node:url';
import { stop } from '../system/processes.mjs';
import { Conversation } from './conversation.mjs';

const WORKER = fileURLToPath(new URL('upload-worker.mjs', import.meta.url));

export class Uploader {
  #conversation;

  /** @param {string[]} [within] what precedes the command, such as `ip netns exec NAME` */
  constructor(within) {
    this.#conversation = new Conversation(WORKER, within);
  }

  /**
   * PUT of a body that differs from the one before.
   * @param {string} url
   * @param {number} bytes
   * @returns {Promise<import('./types.mjs').Upload>}
   */
  put(url, bytes) {
    return this.#conversation.ask({ kind: 'put', url, bytes });
  }

  /** @param {string} url @returns {Promise<boolean>} whether what is there is the body that was sent last */
  holdsTheSame(url) {
    return this.#conversation.ask({ kind: 'compare', url });
  }

  /** @param {string} url @returns {Promise<void>} */
  remove(url) {
    return this.#conversation.ask({ kind: 'remove', url });
  }

  /** @param {string} url @returns {Promise<{ status: number, text: string }>} */
  get(url) {
    return this.#conversation.ask({ kind: 'get', url });
  }

  stop() {
    return stop([this.#conversation.process]);
  }
}
