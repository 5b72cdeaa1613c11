/** A reader of /events, which goes on at another server with the last id when its stream ends. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 300;
/** A heartbeat comes every 15 seconds. */
const SILENCE_MS = 40_000;

export class EventReader {
  #ports;
  #chance;
  #log;
  #lastId = '';
  /** The revision that each key was told to have, since the last gap. @type {Map<string, number>} */
  told = new Map();
  /** The revision after which everything was told. */
  completeAfter = 0;

  /** @param {{ ports: number[], chance: import('./chance.mjs').Chance, log: import('./log.mjs').Log }} options */
  constructor({ ports, chance, log }) {
    this.#ports = ports;
    this.#chance = chance;
    this.#log = log;
  }

  get lastRevision() {
    return Number(this.#lastId);
  }

  /** @param {AbortSignal} signal */
  async run(signal) {
    while (!signal.aborted) {
      await this.#follow(this.#chance.oneOf(this.#ports), signal).catch(() => {});
      this.#log.count('events: streams');
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** @param {number} port @param {AbortSignal} signal */
  async #follow(port, signal) {
    const headers = this.#lastId === '' ? {} : { 'Last-Event-ID': this.#lastId };
    const request = httpRequest({ host: '127.0.0.1', port, path: '/events?prefix=soak/', headers, signal });
    request.setTimeout(SILENCE_MS, () => request.destroy(new Error('silent')));
    const answered = once(request, 'response');
    request.end();
    const [answer] = await answered;
    request.on('error', () => {});
    if (answer.statusCode !== 200) return void answer.resume();
    let text = '';
    for await (const chunk of answer.setEncoding('utf8')) {
      const parts = (text + chunk).split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) this.#take(fieldsOf(part));
    }
  }

  /** @param {Record<string, string>} fields */
  #take({ event, id, data }) {
    if (id !== undefined) {
      const isFirst = this.#lastId === '';
      if (event !== 'gap' && Number(id) < this.lastRevision)
        this.#log.problem(`/events told ${event} ${id} after ${this.#lastId}`);
      this.#lastId = id;
      if (isFirst) this.completeAfter = Number(id);
    }
    if (event === undefined || data === undefined) return;
    this.#log.count(`events: ${event}`);
    const told = JSON.parse(data);
    if (event === 'gap') {
      this.told.clear();
      this.completeAfter = told.revision;
    } else if (event === 'put' || event === 'delete') this.told.set(told.key, told.revision);
  }
}

/** @param {string} text of one event @returns {Record<string, string>} */
function fieldsOf(text) {
  const pairs = text.split('\n').map((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  return Object.fromEntries(pairs);
}
