import type { Cluster } from '../cluster.js';
import { Random } from '../random.js';
import { deleteOf, putOf, valueOf, valueWith } from '../values.js';
import { violation } from '../violation.js';
import { UNCONDITIONAL } from '../../../src/replication/index.js';

/** Few names and few contents, so that servers have the same of them, and other things under the same name. */
const KEYS = ['f0', 'f1', 'f2', 'f3', 'f4'] as const;
const CONTENTS = 3;
const BYTES = [8, 200] as const;
const CHANGES = 60;
const REQUESTS = 80;
/** Above all numbers of values that clients write under other keys. */
const FIRST_NUMBER = 1_000_000;

/** What happens in the directories, and clients who read such keys and sometimes write them. */
export class FilePlan {
  private readonly random: Random;
  /** All that was ever under each key. */
  private readonly held = new Map<string, Set<string>>(KEYS.map((key) => [key, new Set()]));
  private written = 0;

  constructor(private readonly cluster: Cluster) {
    this.random = new Random(cluster.plan.seed, 11);
  }

  begin(): void {
    const { random, cluster } = this;
    const { world, plan, hosts } = cluster;
    for (const host of hosts) for (const key of KEYS) if (random.chance(0.4)) this.change(host.index, key);
    for (let left = CHANGES; left > 0; left--) {
      const [host, key] = [random.below(hosts.length), random.pick(KEYS)];
      world.at(random.between(0, plan.loadMs), () => this.change(host, key));
    }
    for (let left = REQUESTS; left > 0; left--) {
      const key = random.pick(KEYS);
      world.at(random.between(0, plan.loadMs), () => this.request(key));
    }
  }

  private change(host: number, key: string): void {
    const { random, cluster } = this;
    const { directory, name, wall } = cluster.hosts[host]!;
    if (random.chance(0.25)) {
      cluster.world.say(() => `the file ${key} of ${name} is removed`);
      return directory.remove(key);
    }
    const number = FIRST_NUMBER + 10 * KEYS.indexOf(key as 'f0') + random.below(CONTENTS);
    const value = valueWith(number, random.pick(BYTES));
    cluster.world.say(() => `the file ${key} of ${name} is ${value}`);
    this.held.get(key)!.add(value);
    directory.write(key, value, wall);
  }

  private request(key: string): void {
    const { random, cluster } = this;
    if (cluster.processes.length === 0) return;
    const process = random.pick(cluster.processes);
    const chance = random.fraction();
    process.enter(() => {
      if (chance < 0.8) return process.get(key, (outcome) => this.check(key, outcome));
      const number = 2 * FIRST_NUMBER + ++this.written;
      this.held.get(key)!.add(valueWith(number, 8));
      const operation = chance < 0.9 ? deleteOf(key) : putOf(key, number, 8, UNCONDITIONAL);
      process.write(operation, () => undefined);
    });
  }

  private check(key: string, outcome: Parameters<Parameters<Cluster['processes'][0]['get']>[1]>[0]): void {
    if (outcome?.kind !== 'object') return;
    const value = valueOf(outcome.record);
    if (!this.held.get(key)!.has(value)) violation('files', `${key} is read as ${value}, which it never was`);
  }
}
