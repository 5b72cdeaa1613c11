/** All contenders by name, and the ones that run now. */
import { stop } from '../system/processes.mjs';
import * as bareHttp from './bare-http.mjs';
import * as bareRing from './bare-ring.mjs';
import * as etcd from './etcd.mjs';
import * as nats from './nats.mjs';
import * as nginx from './nginx.mjs';
import * as redis from './redis.mjs';
import { modules as onDisk } from './ringlet-on-disk.mjs';
import * as ringlet from './ringlet.mjs';
import * as sink from './sink.mjs';
import * as webdis from './webdis.mjs';

/** @type {import('./types.mjs').ContenderModule[]} */
const modules = [ringlet, bareHttp, bareRing, redis, nats, etcd, nginx, webdis, sink, ...onDisk];

export const contenders = new Map(modules.map((module) => [module.name, module]));

/** Starts a contender when a row first needs it, and keeps it while the following rows do. */
export class Running {
  /** @type {Map<string, Promise<import('./types.mjs').Contender | string>>} */
  #started = new Map();

  /**
   * @param {string} name
   * @returns {Promise<import('./types.mjs').Contender | string>} or why it cannot be measured
   */
  get(name) {
    let contender = this.#started.get(name);
    if (contender === undefined) this.#started.set(name, (contender = begin(name)));
    return contender;
  }

  /** @param {string[]} names of those that are needed next */
  async keepOnly(names) {
    for (const [name, started] of this.#started) {
      if (names.includes(name)) continue;
      this.#started.delete(name);
      const contender = await started;
      if (typeof contender !== 'string') await stop(contender.processes);
    }
  }
}

/** @param {string} name */
async function begin(name) {
  const module = contenders.get(name);
  if (module === undefined) throw new Error(`no contender ${name}`);
  const absent = module.absent();
  if (absent !== undefined) return absent;
  try {
    return await module.start();
  } catch (error) {
    return `did not start: ${/** @type {Error} */ (error).message}`;
  }
}
