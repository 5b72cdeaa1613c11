/** Writes at one server, one after the other and as fast as they are acknowledged, through whatever happens. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../load/client.mjs';
import { BODY_BYTES } from './put.mjs';

/** A refusing server is not to be flooded. */
const PAUSE_AFTER_ERROR_MS = 5;
const KEYS = 1000;

export class Writer {
  #client;
  #name;
  #stopped = false;
  #faultAt = Infinity;
  /** When the present write began. */
  #begunAt = 0;
  #running;
  /** Of the writes that ended after the fault: the longest, in milliseconds. */
  longestMs = 0;
  /** When the first write ended that began after the fault and was acknowledged. @type {number | undefined} */
  recoveredAt;

  /** @param {number} port @param {string} name its part of the keys */
  constructor(port, name) {
    this.#client = new Client(port, { bodyBytes: BODY_BYTES, connections: 1 });
    this.#name = name;
    this.#running = this.#run();
  }

  /** The fault happens now. @param {number} at */
  mark(at) {
    this.#faultAt = at;
    this.recoveredAt = undefined;
    this.longestMs = 0;
  }

  /** For how long the present write has waited, or the longest since the fault. */
  waitedMs() {
    return Math.max(this.longestMs, performance.now() - Math.max(this.#begunAt, this.#faultAt));
  }

  /** A write under way is given up. */
  async stop() {
    this.#stopped = true;
    this.#client.close();
    await this.#running;
  }

  async #run() {
    for (let count = 0; !this.#stopped; count++) {
      this.#begunAt = performance.now();
      const done = await this.#client.put(`bench-${this.#name}-${count % KEYS}`).catch(() => false);
      const endedAt = performance.now();
      if (endedAt > this.#faultAt) this.longestMs = Math.max(this.longestMs, endedAt - this.#begunAt);
      if (done && this.#begunAt > this.#faultAt) this.recoveredAt ??= endedAt;
      if (!done) await sleep(PAUSE_AFTER_ERROR_MS);
    }
  }
}
