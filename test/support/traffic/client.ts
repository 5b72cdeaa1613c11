import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../simulation/random.js';
import type { Caller, ServerProcess } from '../processes/index.js';
import { newCaller, type Sender, type Traffic } from './traffic.js';

const HOT_KEYS = 4;
const LONGEST_PAUSE_MS = 6;

/** How often each operation is chosen. `reads`: nothing is written; `asides`: nothing that others write as well. */
const MIXES = {
  all: [
    ...many(9, 'get'),
    ...many(4, 'put'),
    ...many(4, 'replace'),
    ...many(2, 'create'),
    ...many(2, 'delete'),
    ...many(3, 'once'),
  ],
  reads: ['get', 'get', 'peek'],
  asides: ['get', 'get', 'peek', 'once'],
} satisfies Record<string, readonly Operation[]>;

export type Mix = keyof typeof MIXES;
type Operation = 'get' | 'peek' | 'put' | 'replace' | 'create' | 'delete' | 'once';

/** One who sends a request, waits for its answer, pauses a moment, and sends the next one to any server that is up. */
export class Client {
  private readonly callers = new Map<ServerProcess, Caller>();
  /** For each key, the ETag seen last. */
  private readonly tags = new Map<string, string>();
  private sent = 0;

  constructor(
    private readonly name: string,
    private readonly random: Random,
    private readonly traffic: Traffic,
    private readonly mix: Mix = 'all',
  ) {}

  /** Sends one request. `servers`: those that are up. */
  async act(servers: readonly ServerProcess[]): Promise<void> {
    const { random } = this;
    const operation = random.pick<Operation>(MIXES[this.mix]);
    const place = random.fraction();
    const key = hotKey(this.traffic, random.below(HOT_KEYS));
    const server = servers[Math.floor(place * servers.length)];
    if (server !== undefined) await this.perform(operation, key, this.senderTo(server));
    await sleep(random.fraction() * LONGEST_PAUSE_MS);
  }

  close(): void {
    for (const caller of this.callers.values()) caller.close();
  }

  private async perform(operation: Operation, key: string, who: Sender): Promise<void> {
    const value = `${this.name}-${++this.sent}`;
    switch (operation) {
      case 'once':
        await this.traffic.once(who, `${this.traffic.prefix}once/${value}`);
        return;
      case 'peek':
        return this.shared({ kind: 'get' }, key, who, { 'Cache-Control': 'max-stale' });
      case 'replace':
        return this.replace(key, value, who);
      case 'delete':
        return this.delete(key, who);
      case 'get':
      case 'put':
      case 'create':
        return this.shared(operation === 'get' ? { kind: 'get' } : { kind: operation, value }, key, who);
    }
  }

  private async replace(key: string, value: string, who: Sender): Promise<void> {
    const tag = this.tags.get(key);
    if (tag === undefined) return this.shared({ kind: 'get' }, key, who);
    const expect = this.traffic.valueBehind(tag)!;
    return this.shared({ kind: 'replace', value, expect }, key, who, { 'If-Match': tag });
  }

  private async delete(key: string, who: Sender): Promise<void> {
    const tag = this.tags.get(key);
    if (tag === undefined || this.random.chance(0.5)) return this.shared({ kind: 'delete' }, key, who);
    const expect = this.traffic.valueBehind(tag)!;
    return this.shared({ kind: 'delete', expect }, key, who, { 'If-Match': tag });
  }

  private async shared(
    input: Parameters<Traffic['shared']>[2],
    key: string,
    who: Sender,
    headers?: Parameters<Traffic['shared']>[3],
  ): Promise<void> {
    const verdict = await this.traffic.shared(who, key, input, headers);
    const tag = verdict.kind === 'done' ? verdict.etag : undefined;
    if (tag !== undefined && this.traffic.valueBehind(tag) !== undefined) this.tags.set(key, tag);
  }

  private senderTo(server: ServerProcess): Sender {
    const caller = this.callers.get(server) ?? newCaller(server);
    this.callers.set(server, caller);
    return { name: this.name, server, caller, random: this.random };
  }
}

function many(count: number, operation: Operation): Operation[] {
  return Array.from({ length: count }, () => operation);
}

export const hotKey = (traffic: Traffic, number: number): string => `${traffic.prefix}hot/${number}`;

export const hotKeys = (traffic: Traffic): string[] =>
  Array.from({ length: HOT_KEYS }, (_, number) => hotKey(traffic, number));
