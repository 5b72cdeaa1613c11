import { Random } from '../simulation/random.js';
import { type Caller, type Reply, type ServerProcess, waitFor } from '../support/processes/index.js';
import { bodyOf, keptAt, newCaller } from '../support/traffic/index.js';
import type { Stage } from './stage.js';

const KEYS = 6;
const LONGEST_MS = 2_000;
/** A write may wait for a few seconds. */
const REFUSED_MS = 12_000;
const DELETIONS = 0.2;
/** A PUT that was done, or a DELETE; of an object that is not there, too. */
const DONE = new Set([200, 201, 204, 404]);

/**
 * Writes to a few keys, one write to a key after the other, at the servers of one side of a cut. So it knows which of its writes to a key has to
 * be the last: the last that was acknowledged, or one behind it whose outcome nobody knows.
 */
export class SideWriter {
  /** For each key, what may be there of this side in the end; null for a deletion. */
  private readonly last = new Map<string, (string | null)[]>();
  private readonly callers: readonly Caller[];
  private readonly random: Random;
  private acknowledged = 0;
  private refused = 0;
  private sent = 0;

  /** `prefix`: of its keys, which the other side may write as well; keys of its own otherwise. */
  constructor(
    stage: Stage,
    private readonly servers: readonly ServerProcess[],
    private readonly name: string,
    private readonly prefix = `${stage.traffic.prefix}${name}/`,
  ) {
    this.callers = servers.map((server) => newCaller(server, KEYS));
    this.random = new Random(stage.random.uint32());
  }

  /** Writes so often to each key, or less often where each write is waited for in vain. */
  async write(times: number): Promise<void> {
    const end = performance.now() + LONGEST_MS;
    const writeTo = async (key: string): Promise<void> => {
      for (let time = 0; time < times && performance.now() < end; time++) await this.writeOne(key);
    };
    await Promise.all(Array.from({ length: KEYS }, (_, key) => writeTo(`${this.prefix}${key}`)));
  }

  demandAcknowledgements(): void {
    if (this.acknowledged === 0)
      throw new Error(`${this.name} got no write acknowledged: ${this.refused} were refused`);
  }

  /** What was sent before the cut was noticed may end as unknown; what comes later is refused. */
  async demandRefusals(): Promise<void> {
    await waitFor(`a refusal for ${this.name}`, REFUSED_MS, async () => {
      if (this.refused === 0) await this.write(1);
      return this.refused > 0 ? undefined : 'there was none';
    });
    if (this.acknowledged > 0)
      throw new Error(`${this.name}: ${this.acknowledged} writes were acknowledged without a quorum`);
  }

  /** Each server has what was acknowledged last, or lists it as a conflict. */
  async demandKept(servers: readonly ServerProcess[]): Promise<void> {
    for (const caller of this.callers) caller.close();
    for (const server of servers) {
      const kept = await keptAt(server, this.prefix, new Set(this.last.keys()));
      for (const [key, candidates] of this.last) {
        const { present, lost } = kept.get(key)!;
        if (candidates.some((value) => value === present || lost.includes(value))) continue;
        throw new Error(
          `${server.place.name} has ${key} as ${present} and lost ${lost.join(', ') || 'nothing'}; ${this.name} wrote ${candidates.join(' or ')}`,
        );
      }
    }
  }

  private async writeOne(key: string): Promise<void> {
    const { random, servers } = this;
    const index = random.below(servers.length);
    const value = random.chance(DELETIONS) ? null : `${this.name}-${++this.sent}`;
    const path = `/objects/${key}`;
    const request =
      value === null ? { method: 'DELETE', path } : { method: 'PUT', path, body: bodyOf(value, random) };
    this.note(key, value, await this.callers[index]!.send(request), servers[index]!);
  }

  private note(key: string, value: string | null, reply: Reply, { place }: ServerProcess): void {
    const before = this.last.get(key);
    if (reply.kind === 'unsent') return;
    if (reply.kind === 'lost' || reply.status === 504) {
      // Whether it is done or not, an older one may be the last, unless there was none.
      if (before !== undefined) before.push(value);
      return;
    }
    if (reply.status === 503) {
      this.refused += 1;
      return;
    }
    // There is nothing, and this changed nothing.
    if (reply.status === 404 && before === undefined) return;
    if (!DONE.has(reply.status))
      throw new Error(`${place.name} answers ${reply.status} ${reply.body} for ${key}`);
    this.acknowledged += 1;
    this.last.set(key, [value]);
  }
}
