import type { Random } from '../simulation/random.js';
import type { Caller, ServerProcess } from '../support/processes/index.js';
import { hotKeys } from './client.js';
import { newCaller, type Traffic } from './traffic.js';

const EVERY_MS = 40;
const CONNECTIONS = 200;
const WRITES = 0.2;

/**
 * Requests to a server that is paused. The system takes them, and the server answers when it wakes: what it has then may
 * be old, so what it says may be so only if it finds out first.
 */
export class Pile {
  private readonly caller: Caller;
  private readonly timer: NodeJS.Timeout;
  private readonly answers: Promise<unknown>[] = [];

  constructor(
    private readonly traffic: Traffic,
    private readonly server: ServerProcess,
    private readonly random: Random,
  ) {
    this.caller = newCaller(server, CONNECTIONS);
    this.timer = setInterval(() => this.add(), EVERY_MS);
    this.timer.unref();
  }

  /** Waits for the answers. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.answers);
    this.caller.close();
  }

  private add(): void {
    const { random, server, caller, traffic, answers } = this;
    const name = `pile${answers.length + 1}`;
    const input = random.chance(WRITES)
      ? ({ kind: 'put', value: name } as const)
      : ({ kind: 'get' } as const);
    const key = random.pick(hotKeys(traffic));
    answers.push(traffic.shared({ name, server, caller, random }, key, input));
  }
}
