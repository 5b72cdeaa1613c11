/**
 * Faults all the time, each of which the ring has to bear. One member is left alone for a while, so that what it takes of
 * memory and files can be looked at; then all are killed at once, and the next one is left alone.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const BETWEEN_MS = /** @type {const} */ ([20_000, 40_000]);
const AWAY_MS = /** @type {const} */ ([500, 5000]);
const PAUSE_MS = 2000;
const READY_MS = 60_000;
/** The server itself gives up leaving after ten seconds. */
const LEAVE_MS = 15_000;

/** @typedef {import('./member.mjs').Member} Member */

export class Faults {
  #members;
  #peers;
  #chance;
  #log;
  #aloneMs;
  #aloneUntil = 0;
  #place = 0;
  slowestReadyMs = 0;
  slowestLeaveMs = 0;

  /**
   * @param {Member[]} members
   * @param {{ aloneMs: number, chance: import('./chance.mjs').Chance, log: import('./log.mjs').Log }} options
   */
  constructor(members, { aloneMs, chance, log }) {
    this.#members = members;
    this.#peers = members.map(({ ringPort }) => `127.0.0.1:${ringPort}`).join(',');
    this.#chance = chance;
    this.#log = log;
    this.#aloneMs = aloneMs;
    this.#aloneUntil = performance.now() + aloneMs;
  }

  /** The member that nothing is done to. @returns {Member} */
  get alone() {
    return /** @type {Member} */ (this.#members[this.#place % this.#members.length]);
  }

  /** @param {AbortSignal} signal ends it, after the fault that is under way */
  async run(signal) {
    while (!signal.aborted) {
      await sleep(this.#chance.between(...BETWEEN_MS), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      if (performance.now() >= this.#aloneUntil) {
        await this.#all();
        this.#place += 1;
        this.#aloneUntil = performance.now() + this.#aloneMs;
      } else await this.#one();
    }
  }

  async #one() {
    const victims = this.#members.filter((member) => member !== this.alone);
    const victim = this.#chance.oneOf(victims);
    const kind = this.#chance.weighted([
      [45, 'kill'],
      [25, 'stop'],
      [20, 'leave'],
      [10, 'kill two'],
    ]);
    this.#log.count(`fault: ${kind}`);
    if (kind === 'stop') await victim.pause(PAUSE_MS);
    else await this.#away(kind === 'kill two' ? victims : [victim], kind === 'leave' ? 'SIGTERM' : 'SIGKILL');
    await this.#ready(kind);
  }

  async #all() {
    const signal = this.#chance.oneOf(/** @type {const} */ (['SIGKILL', 'SIGKILL', 'SIGTERM']));
    const kind = signal === 'SIGKILL' ? 'kill all' : 'leave all';
    this.#log.count(`fault: ${kind}`);
    await this.#away(this.#members, signal);
    await this.#ready(kind);
  }

  /** @param {Member[]} victims @param {'SIGKILL' | 'SIGTERM'} signal */
  async #away(victims, signal) {
    await Promise.all(
      victims.map(async (victim) => {
        const ms = await victim.end(signal);
        if (signal === 'SIGTERM') this.slowestLeaveMs = Math.max(this.slowestLeaveMs, ms);
        if (ms > LEAVE_MS) this.#log.problem(`${victim.name} took ${Math.round(ms)} ms to leave`);
      }),
    );
    await Promise.all(
      victims.map(async (victim) => {
        await sleep(this.#chance.between(...AWAY_MS));
        victim.start(this.#peers);
      }),
    );
  }

  /** @param {string} kind */
  async #ready(kind) {
    await Promise.all(
      this.#members.map(async (member) => {
        const ms = await member.untilReady(READY_MS);
        this.slowestReadyMs = Math.max(this.slowestReadyMs, ms ?? READY_MS);
        if (ms === undefined) this.#log.problem(`${member.name} was not ready ${READY_MS} ms after ${kind}`);
      }),
    );
  }
}
