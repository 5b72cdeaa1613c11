import { setTimeout as sleep } from 'node:timers/promises';

import type { RingletClient } from '../../src/client/index.js';
import type { Random } from '../simulation/random.js';

const WRITERS = 8;
const READERS = 8;
/** Behind each call, so that the servers find time to start. */
const PAUSE_MS = 5;
/** Each writer goes round so many objects of its own. */
const KEYS = 20;
const SMALL_BYTES = 300;
/** Read as a stream, which breaks off when its server goes. Once for each so many writes. */
const LARGE_BYTES = 300_000;
const LARGE_EVERY = 40;

/** Clients that write and read until they are told to stop, and whatever they were told that is not right. Half of what they write is kept twice only. */
export class Steady {
  readonly faults: string[] = [];
  calls = 0;
  longestMs = 0;
  /** The number that was acknowledged last for each key. */
  private readonly numbers = new Map<string, number>();
  private readonly working: Promise<unknown>;
  private isOver = false;

  constructor(
    private readonly client: RingletClient,
    private readonly random: Random,
  ) {
    const writers = Array.from({ length: WRITERS }, (_, index) => this.write(index));
    const readers = Array.from({ length: READERS }, () => this.read());
    this.working = Promise.all([...writers, ...readers]);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.working;
  }

  /** What of all that was acknowledged another client reads otherwise. */
  async lost(client: RingletClient): Promise<string[]> {
    const lost: string[] = [];
    for (const [key, number] of this.numbers) {
      const text = await client.get(key).then((object) => object?.text());
      if (text !== bodyOf(key, number)) lost.push(`${key} is ${text?.slice(0, 20)}, not ${number}`);
    }
    return lost;
  }

  private async write(writer: number): Promise<void> {
    for (let number = 1; !this.isOver; number++) {
      const isLarge = number % LARGE_EVERY === 0;
      const key = isLarge ? `large/${writer}/${number}` : `small/${writer}/${number % KEYS}`;
      await this.call(`PUT ${key}`, async () => {
        await this.client.put(key, bodyOf(key, number), writer % 2 === 0 ? {} : { replicas: 2 });
        this.numbers.set(key, number);
      });
    }
  }

  private async read(): Promise<void> {
    while (!this.isOver) {
      const key = [...this.numbers.keys()][this.random.below(this.numbers.size)] ?? 'small/0/1';
      const least = this.numbers.get(key) ?? 0;
      await this.call(`GET ${key}`, async () => {
        const text = (await this.client.get(key).then((object) => object?.text())) ?? '';
        const number = Number(text.split(' ', 1)[0]);
        if (number < least || (number > 0 && text !== bodyOf(key, number)))
          this.faults.push(`${key} is ${text.slice(0, 20)} after ${least} was acknowledged`);
      });
    }
  }

  private async call(what: string, work: () => Promise<void>): Promise<void> {
    const begun = performance.now();
    this.calls++;
    await work().catch((error: unknown) => this.faults.push(`${what}: ${String(error)}`));
    this.longestMs = Math.max(this.longestMs, performance.now() - begun);
    await sleep(PAUSE_MS);
  }
}

function bodyOf(key: string, number: number): string {
  return `${number} `.padEnd(key.startsWith('large/') ? LARGE_BYTES : SMALL_BYTES, key);
}
