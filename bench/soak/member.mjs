/** One server with a disk of its own, which ends and comes back as often as it is told, at the same addresses. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from '../contenders/ring.mjs';
import { send } from './http.mjs';

const POLL_MS = 50;
const ASK_MS = 1000;

export class Member {
  /** @type {import('../system/processes.mjs').Running | undefined} */
  #process;
  #isExpectedToEnd = false;
  #settings;
  #log;
  startedAt = 0;

  /**
   * @param {{ name: string, port: number, ringPort: number, directory: string, logs: string }} place
   * @param {Record<string, string>} settings
   * @param {import('./log.mjs').Log} log
   */
  constructor({ name, port, ringPort, directory, logs }, settings, log) {
    this.name = name;
    this.port = port;
    this.ringPort = ringPort;
    this.directory = directory;
    this.logFile = join(logs, `${name}.log`);
    this.#settings = {
      ...settings,
      NAME: name,
      PORT: String(port),
      RING_PORT: String(ringPort),
      DATA_DIR: directory,
    };
    this.#log = log;
  }

  get pid() {
    return this.#process?.pid;
  }

  get isRunning() {
    return this.#process !== undefined;
  }

  /** @param {string} [peers] */
  start(peers = '') {
    this.#isExpectedToEnd = false;
    this.startedAt = performance.now();
    const child = startServer({ ...this.#settings, PEER: peers, LOG_LEVEL: 'info', LOG_FORMAT: 'pretty' });
    const file = createWriteStream(this.logFile, { flags: 'a' });
    child.stdout?.pipe(file, { end: false });
    child.stderr?.pipe(file, { end: false });
    child.once('exit', (code, signal) => {
      file.end();
      if (this.#process === child) this.#process = undefined;
      if (this.#isExpectedToEnd) return;
      this.#log.problem(`${this.name} ended by itself (${signal ?? code}): ${child.output().slice(-600)}`);
    });
    this.#process = child;
  }

  /** @param {NodeJS.Signals} signal that ends it @returns {Promise<number>} milliseconds until it had ended */
  async end(signal) {
    const child = this.#process;
    if (child === undefined) return 0;
    this.#isExpectedToEnd = true;
    const askedAt = performance.now();
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    return performance.now() - askedAt;
  }

  /** @param {number} milliseconds that it does nothing */
  async pause(milliseconds) {
    const child = this.#process;
    child?.kill('SIGSTOP');
    await sleep(milliseconds);
    child?.kill('SIGCONT');
  }

  /** @param {number} timeoutMs @returns {Promise<number | undefined>} milliseconds from now until it is ready */
  async untilReady(timeoutMs) {
    const from = performance.now();
    while (performance.now() - from < timeoutMs) {
      const { status } = await send(this.port, 'GET', '/health/ready', { timeoutMs: ASK_MS });
      if (status === 200) return performance.now() - from;
      await sleep(POLL_MS);
    }
    return undefined;
  }

  /** @returns {Promise<any>} its answer to GET /ring, or undefined */
  async report() {
    const { status, body } = await send(this.port, 'GET', '/ring', { timeoutMs: ASK_MS });
    return status === 200 ? JSON.parse(String(body)) : undefined;
  }
}
