/**
 * Ringlet servers, started as a user would: from `dist/main.js` and the environment. A ring of any
 * size, whose members can be killed, stopped, started again and joined by others.
 */
import { once, setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePorts, until } from '../system/ports.mjs';
import { start as run, stop } from '../system/processes.mjs';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** For each server, since all of them may start at once on two cores. */
const READY_MS_A_SERVER = 5000;
const ASK_MS = 1000;

export const PATH = '/objects/';
export const absent = () => (existsSync(PROGRAM) ? undefined : 'not built: dist/main.js is missing');

/** @typedef {import('./types.mjs').Member} Member */

export class Ring {
  /** @type {Member[]} */
  members = [];
  #settings;

  /** @param {(name: string) => Record<string, string>} [settings] of a server, beside its name and its addresses */
  constructor(settings = () => ({})) {
    this.#settings = settings;
  }

  /**
   * @param {number} size
   * @param {(name: string) => Record<string, string>} [settings] of a server, beside its name and its addresses
   * @returns {Promise<Ring>} all are ready; `members` are in the ring's order, the primary first
   */
  static async start(size, settings) {
    const ring = new Ring(settings);
    try {
      await ring.add(size);
    } catch (error) {
      await ring.stop();
      throw error;
    }
    return ring;
  }

  get ports() {
    return this.members.map((member) => member.port);
  }

  get pids() {
    return this.members.map((member) => Number(member.process.pid));
  }

  /**
   * Starts further members, and waits until all are in the ring and ready.
   * @param {number} count
   * @param {number} [timeoutMs]
   */
  async add(count, timeoutMs) {
    const ports = await freePorts(2 * count);
    for (let index = 0; index < count; index++) {
      const [port = 0, ringPort = 0] = ports.slice(2 * index);
      const number = this.members.length;
      const name = `bench-${number}`;
      const settings = {
        ...this.#settings(name),
        PORT: String(port),
        RING_PORT: String(ringPort),
        NAME: name,
        PRIORITY: String(1000 - number),
        PEER: this.members.map((member) => `127.0.0.1:${member.ringPort}`).join(','),
      };
      this.members.push({ name, port, ringPort, settings, process: startServer(settings) });
    }
    await this.agree(timeoutMs);
  }

  /** Starts a member anew that was killed. @param {Member} member */
  async restart(member) {
    this.launch(member);
    await this.agree();
  }

  /** As `restart`, without waiting for it. @param {Member} member */
  launch(member) {
    const others = this.members.filter((other) => other !== member);
    const PEER = others.map((other) => `127.0.0.1:${other.ringPort}`).join(',');
    member.process = startServer({ ...member.settings, PEER });
  }

  /**
   * Waits until all are ready and know the same ring, and puts `members` in its order.
   * @param {number} [timeoutMs]
   */
  async agree(timeoutMs = READY_MS_A_SERVER * this.members.length) {
    const over = new AbortController();
    setMaxListeners(this.members.length, over.signal);
    const names = await Promise.race([
      until(`a ring of ${this.members.length}`, timeoutMs, () => this.#commonOrder()),
      ...this.members.map((member) => ended(member.process, over.signal)),
    ]).finally(() => over.abort());
    this.members.sort((one, other) => names.indexOf(one.name) - names.indexOf(other.name));
  }

  /** Waits until one of them is ready, or has ended. @param {Member} member @param {number} timeoutMs */
  async untilReady({ port, process: child }, timeoutMs) {
    const over = new AbortController();
    await Promise.race([
      until('a ready server', timeoutMs, async () => (await ready(port)) || undefined),
      ended(child, over.signal),
    ]).finally(() => over.abort());
  }

  stop() {
    return stop(this.members.map((member) => member.process));
  }

  /** @returns {Promise<string[] | undefined>} names, the primary's first; undefined while they differ */
  async #commonOrder() {
    /** @type {string[][]} */
    const orders = [];
    for (const { port } of this.members) {
      if (!(await ready(port))) return undefined;
      orders.push((await report(port)).members.map((member) => member.name));
    }
    const [first = []] = orders;
    const same = orders.every((order) => order.join() === first.join());
    return same && first.length === this.members.length ? first : undefined;
  }
}

/**
 * Nothing of the environment of whoever runs the bench takes part, but what a process needs.
 * @param {Record<string, string>} settings
 * @param {string[]} [within] what precedes the command, such as `ip netns exec NAME`
 */
export function startServer(settings, within = []) {
  const { PATH: searched, HOME } = process.env;
  const [command = '', ...args] = [...within, process.execPath, PROGRAM];
  return run(command, args, {
    env: { PATH: searched, HOME, HOST: '127.0.0.1', RING_HOST: '127.0.0.1', LOG_LEVEL: 'error', ...settings },
  });
}

/** @param {number} port */
export async function ready(port) {
  const answer = await ask(port, '/health/ready');
  await answer.arrayBuffer();
  return answer.status === 200;
}

/** @param {number} port */
export async function report(port) {
  const answer = await ask(port, '/ring');
  return /** @type {import('./types.mjs').RingReport} */ (await answer.json());
}

/** @param {number} port @param {string} path */
const ask = (port, path) => fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(ASK_MS) });

/**
 * @param {import('../system/processes.mjs').Running} child
 * @param {AbortSignal} signal
 * @returns {Promise<never>}
 */
async function ended(child, signal) {
  const [code, reason] = await once(child, 'exit', { signal });
  throw new Error(`a server ended (${reason ?? code}): ${child.output()}`);
}
