/**
 * A client with keys of its own, which asks any server, one request after the other. It compares each answer with what it
 * knows, and sends what has no certain outcome again, elsewhere, until it has one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { bodyOf, countOf, LARGE } from './bodies.mjs';
import { send } from './http.mjs';
import { Entry } from './ledger.mjs';

const SMALL_KEYS = 250;
const LARGE_KEYS = 3;
const PAUSE_MS = /** @type {const} */ ([100, 300]);
/** Longer than any of the faults; then something is wrong. */
const PATIENCE_MS = 120_000;
/** A read that no server can answer in so long is given up. */
const READ_PATIENCE_MS = 20_000;
const TTL_SECONDS = /** @type {const} */ ([5, 20]);
const LIST_LIMIT = 100;

/** @type {(readonly [number, string])[]} */
const MIX = [
  [50, 'get'],
  [25, 'put'],
  [8, 'conditional put'],
  [6, 'delete'],
  [3, 'refused put'],
  [4, 'put with a time to live'],
  [0.5, 'large put'],
  [1, 'large get'],
  [2.5, 'list'],
];

/** @typedef {{ method: string, entry: Entry, kind: 'put' | 'delete', headers?: Record<string, string> }} Order */

export class Client {
  #ports;
  #chance;
  #log;
  #pauseMs;
  #requests = 0;
  #runId;
  /** When each object with a time to live has to be gone. @type {Map<string, number>} */
  endings = new Map();

  /**
   * @param {string} name
   * @param {{ ports: number[], pauseMs: number, chance: import('./chance.mjs').Chance, log: import('./log.mjs').Log }} options
   */
  constructor(name, { ports, pauseMs, chance, log }) {
    this.prefix = `soak/${name}/`;
    this.small = entries(`${this.prefix}small-`, SMALL_KEYS);
    this.large = entries(`${this.prefix}${LARGE}`, LARGE_KEYS);
    this.#ports = ports;
    this.#pauseMs = pauseMs;
    this.#chance = chance;
    this.#log = log;
    this.#runId = `${name}-${process.pid}-${Date.now()}`;
  }

  get entries() {
    return [...this.small, ...this.large];
  }

  /** @param {AbortSignal} signal ends it, after the request that is under way */
  async run(signal) {
    while (!signal.aborted) {
      const pauseMs = -Math.log(1 - this.#chance.next()) * this.#pauseMs;
      const kind = this.#chance.weighted(MIX);
      await Promise.all([this.#one(kind), sleep(pauseMs)]);
      this.#log.count(`done: ${kind}`);
    }
  }

  /** @param {string} kind */
  async #one(kind) {
    const entry = this.#chance.oneOf(kind.startsWith('large') ? this.large : this.small);
    switch (kind) {
      case 'get':
      case 'large get':
        return this.#read(entry);
      case 'put':
      case 'large put':
        return this.#write({ method: 'PUT', entry, kind: 'put' });
      case 'conditional put':
        return this.#write({ method: 'PUT', entry, kind: 'put', headers: conditionThatHolds(entry) });
      case 'refused put':
        return this.#refused(entry);
      case 'delete':
        return this.#write({ method: 'DELETE', entry, kind: 'delete' });
      case 'list':
        return this.#list();
      default:
        return this.#passing();
    }
  }

  /** @param {Order} order */
  async #write({ method, entry, kind, headers = {} }) {
    const count = entry.next();
    const body = kind === 'put' ? bodyOf(entry.key, count) : undefined;
    const answer = await this.#ask(method, entry.key, { headers, body });
    const { status } = answer;
    const provisional = answer.headers['ringlet-view']?.includes('provisional') ?? false;
    if (provisional) this.#log.count('provisional acknowledgements');
    const write = { count, kind, provisional, etag: answer.headers.etag ?? '' };
    if (status === 0) return this.#giveUp(entry, write);
    if (status === 201 || status === 204) return entry.acknowledge(write);
    if (status === 404 || status === 412) {
      if (status === 412 ? !entry.isCertain : entry.allows(0)) return;
      // A write that was made apart and merged has another revision, and so another ETag.
      if (status === 412 && (await this.#reads(entry)))
        return this.#log.count('conditions that merging voided');
    }
    if (status === 507) return this.#log.count('refused for want of room');
    this.#log.problem(
      `${method} ${entry.key} was answered ${status} ${answer.code}; it had ${entry.expected}`,
    );
  }

  /** @param {Entry} entry @param {import('./ledger.mjs').Write} write */
  #giveUp(entry, write) {
    entry.giveUp(write);
    this.#log.problem(`${write.kind} of ${entry.key} had no certain outcome in ${PATIENCE_MS} ms`);
  }

  /** @param {Entry} entry to be refused */
  async #refused(entry) {
    const { status, code } = await this.#ask('PUT', entry.key, {
      headers: { 'If-Match': '"1-0000000000000000"' },
      body: Buffer.from('never'),
    });
    if (status !== 412)
      this.#log.problem(`PUT ${entry.key} with another ETag was answered ${status} ${code}`);
  }

  /** @param {Entry} entry */
  async #read(entry) {
    const answer = await this.#ask('GET', entry.key, { patienceMs: READ_PATIENCE_MS });
    if (answer.status === 0) return this.#log.count('reads given up');
    if (allows(entry, answer)) return;
    const found = answer.status === 404 ? 'nothing' : `${countOf(entry.key, answer.body) ?? 'damaged'}`;
    this.#log.problem(
      `GET ${entry.key} was answered ${answer.status} ${answer.code} by ${answer.headers['ringlet-server']}, with ${found}; it has to be ${entry.expected}`,
    );
  }

  /** @param {Entry} entry */
  async #reads(entry) {
    return allows(entry, await this.#ask('GET', entry.key, { patienceMs: READ_PATIENCE_MS }));
  }

  /** All small keys of its own, at one moment: nothing of them is under way. */
  async #list() {
    const prefix = encodeURIComponent(`${this.prefix}small-`);
    const listed = new Set();
    for (let after = ''; ;) {
      const path = `/objects?prefix=${prefix}&limit=${LIST_LIMIT}&after=${encodeURIComponent(after)}`;
      const { status, body } = await this.#retry(READ_PATIENCE_MS, (port) => send(port, 'GET', path));
      if (status !== 200) return this.#log.count('reads given up');
      const page = JSON.parse(String(body));
      for (const { key } of page.objects) listed.add(key);
      if (page.next === null) break;
      after = page.next;
    }
    for (const entry of this.small) {
      if (!entry.isCertain || listed.has(entry.key) === (entry.last.kind === 'put')) continue;
      const did = listed.has(entry.key) ? 'has' : 'lacks';
      this.#log.problem(`a listing ${did} ${entry.key}; it has to be ${entry.expected}`);
    }
  }

  /** An object that ends by itself. */
  async #passing() {
    const key = `${this.prefix}passing-${this.#chance.below(SMALL_KEYS)}`;
    const seconds = this.#chance.between(...TTL_SECONDS);
    const headers = { 'X-TTL': seconds.toFixed(1) };
    await this.#ask('PUT', key, { headers, body: bodyOf(key, 0) });
    this.endings.set(key, Date.now() + seconds * 1000);
  }

  /**
   * @param {string} method
   * @param {string} key
   * @param {{ headers?: Record<string, string>, body?: Buffer | undefined, patienceMs?: number }} options
   */
  #ask(method, key, { headers = {}, body, patienceMs = PATIENCE_MS }) {
    /** @type {Record<string, string>} */
    const once = method === 'GET' ? {} : { 'Idempotency-Key': `${this.#runId}-${++this.#requests}` };
    const options = { headers: { ...headers, ...once }, ...(body === undefined ? {} : { body }) };
    return this.#retry(patienceMs, (port) => send(port, method, `/objects/${key}`, options));
  }

  /**
   * @param {number} patienceMs
   * @param {(port: number) => Promise<import('./http.mjs').Answer>} ask
   * @returns {Promise<import('./http.mjs').Answer>} one without a status when the patience is over
   */
  async #retry(patienceMs, ask) {
    const from = performance.now();
    for (;;) {
      const answer = await ask(this.#chance.oneOf(this.#ports));
      const { status, code } = answer;
      if (status !== 0 && status !== 503 && status !== 504 && status !== 408) return answer;
      this.#log.count(status === 0 ? 'sent again: connection lost' : `sent again: ${status} ${code}`);
      if (performance.now() - from > patienceMs) return { ...answer, status: 0 };
      await sleep(this.#chance.between(...PAUSE_MS));
    }
  }
}

/** @param {string} prefix @param {number} count */
const entries = (prefix, count) => Array.from({ length: count }, (_, number) => new Entry(prefix + number));

/** @param {Entry} entry @returns {Record<string, string>} */
function conditionThatHolds({ last }) {
  return last.kind === 'put' ? { 'If-Match': last.etag } : { 'If-None-Match': '*' };
}

/** @param {Entry} entry @param {import('./http.mjs').Answer} answer to a GET */
export function allows(entry, { status, body }) {
  if (status === 404) return entry.allows(0);
  return status === 200 && entry.allows(countOf(entry.key, body));
}
