/**
 * Many of the program's own cores on a network that is only thought: a hop takes HOP_MS, and a server needs WORK_MS for all that reaches it in
 * one batch, one batch after the other. So latency is that of the model, while what a server computes is really computed.
 */
import { createHash } from 'node:crypto';
import { ORDINARY, Replica } from '../../dist/replication/index.js';
import { decodeMessages, encodeMessages } from '../../dist/replication/codec/index.js';
import { Agenda } from './heap.mjs';

/** One way, on a local network. */
export const HOP_MS = 0.1;
/** What the system and Node take for a batch: a read, a write, a turn of the event loop. */
export const WORK_MS = 0.03;
const TICK_MS = 50;
const SETTINGS = {
  saved: null,
  policy: 'available',
  probeIntervalMs: 200,
  suspectAfterMs: 1000,
  readLeaseMs: 600,
  requestTimeoutMs: 5000,
  ringBudgetBytes: 2 ** 26,
  waitingLimit: 1024,
  smallBodyBytes: 4096,
  inlineBodyBytes: 64 * 1024,
  tombstoneTtlMs: 3_600_000,
  windowPieces: 32,
  memoryLimitBytes: 2 ** 30,
  diskRoom: () => Infinity,
  load: () => 0,
  createDigest: digest,
};

export class World {
  now = 1000;
  agenda = new Agenda();
  /** @type {Map<string, Host>} */
  hosts = new Map();
  bytes = 0;
  batches = 0;
  nextLink = 1;
  nextId = 1;

  /** @param {string} name @param {readonly string[]} peers */
  start(name, peers) {
    const host = new Host(this, name, peers);
    this.hosts.set(name, host);
    return host;
  }

  /** Goes on until it holds, for so long at most. @param {() => boolean} holds @param {number} mostMs */
  until(holds, mostMs) {
    const end = this.now + mostMs;
    while (!holds()) {
      if (this.agenda.isEmpty || this.now > end) throw new Error(`it did not come true in ${mostMs} ms`);
      const { at, act } = this.agenda.take();
      this.now = Math.max(this.now, at);
      act();
    }
  }

  /** @param {number} ms */
  run(ms) {
    let isOver = false;
    this.agenda.add(this.now + ms, () => void (isOver = true));
    this.until(() => isOver, ms + 1);
  }
}

class Host {
  isUp = true;
  freeAt = 0;
  nextTicket = 1;
  /** @type {Map<number, (outcome: any) => void>} */
  waiting = new Map();
  /** @type {Map<number, { host: Host, link: number }>} */
  links = new Map();

  /** @param {World} world @param {string} name @param {readonly string[]} peers */
  constructor(world, name, peers) {
    this.world = world;
    this.name = name;
    const priority = 1_000_000 - world.hosts.size;
    const self = {
      id: world.nextId++,
      name,
      url: `http://${name}`,
      ring: name,
      priority,
      durable: false,
      ...ORDINARY,
      was: 0,
    };
    const randomId = () => world.nextId++;
    const options = { ...SETTINGS, self, peers, randomId };
    this.core = new Replica(/** @type {any} */ (options), this.clock);
    this.perform();
    world.agenda.add(world.now + Math.random() * TICK_MS, () => this.tick());
  }

  get clock() {
    return { now: this.world.now, wall: this.world.now };
  }

  get status() {
    return this.core.status(this.clock);
  }

  kill() {
    this.isUp = false;
    for (const { host, link } of this.links.values()) this.later(() => host.step({ kind: 'closed', link }));
  }

  /** @param {object} operation @returns {Promise<any>} */
  write(operation) {
    return new Promise((resolve) => {
      this.waiting.set(this.nextTicket, resolve);
      this.step({ kind: 'write', ticket: this.nextTicket++, operation });
    });
  }

  /** @param {any} input */
  step(input) {
    if (!this.isUp) return;
    this.core.step(input, this.clock);
    this.perform();
  }

  tick() {
    if (!this.isUp) return;
    this.step({ kind: 'tick' });
    this.world.agenda.add(this.world.now + TICK_MS, () => this.tick());
  }

  perform() {
    for (let ready = this.core.ready(); ready !== null; ready = this.core.ready()) {
      /** @type {Map<number, any[]>} */
      const batches = new Map();
      for (const { link, message } of ready.messages)
        batches.set(link, [...(batches.get(link) ?? []), message]);
      for (const [link, messages] of batches) this.send(link, encodeMessages(messages));
      for (const link of ready.hangups) this.hangUp(link);
      for (const address of ready.dials) this.later(() => this.dial(address));
      for (const { ticket, outcome } of ready.answers) {
        this.waiting.get(ticket)?.(outcome);
        this.waiting.delete(ticket);
      }
    }
  }

  /** @param {() => void} act */
  later(act) {
    this.world.agenda.add(this.world.now + HOP_MS, act);
  }

  /** @param {number} link @param {Buffer} bytes */
  send(link, bytes) {
    const end = this.links.get(link);
    if (end === undefined) return;
    this.world.bytes += bytes.length;
    this.world.batches++;
    this.later(() => end.host.receive(end.link, bytes));
  }

  /** @param {number} link @param {Buffer} bytes */
  receive(link, bytes) {
    const { world } = this;
    this.freeAt = Math.max(this.freeAt, world.now) + WORK_MS;
    const take = () =>
      void (this.links.has(link) && this.step({ kind: 'frames', link, messages: decodeMessages(bytes) }));
    world.agenda.add(this.freeAt, take);
  }

  /** @param {number} link */
  hangUp(link) {
    const end = this.links.get(link);
    this.links.delete(link);
    if (end === undefined) return;
    this.later(() => {
      end.host.links.delete(end.link);
      end.host.step({ kind: 'closed', link: end.link });
    });
  }

  /** @param {string} address */
  dial(address) {
    const host = this.world.hosts.get(address);
    if (host?.isUp !== true)
      return this.step({ kind: 'dial-failed', address, gone: true, reason: 'refused' });
    const [out, into] = [this.world.nextLink++, this.world.nextLink++];
    this.links.set(out, { host, link: into });
    host.links.set(into, { host: this, link: out });
    host.step({ kind: 'accepted', link: into, peer: this.core.status(this.clock).self });
    this.step({ kind: 'linked', address, link: out, peer: host.core.status(host.clock).self });
  }
}

function digest() {
  const hash = createHash('sha256');
  return {
    update: (/** @type {Uint8Array} */ bytes) => void hash.update(bytes),
    finish: () => hash.digest('hex').slice(0, 16),
  };
}
