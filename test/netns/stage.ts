import { Random } from '../simulation/random.js';
import { membersOf, type RingReport, readRing, type ServerProcess } from '../support/processes/index.js';
import { Load, Prober, type Scene, Traffic } from '../support/traffic/index.js';
import type { Figures } from './figures.js';
import type { Site } from './site.js';

type Crowd = NonNullable<ConstructorParameters<typeof Load>[3]>;

/** What a round plays on. Each crowd of clients keeps to the servers that it was given. */
export class Stage implements Scene {
  readonly random: Random;
  readonly traffic: Traffic;
  readonly begunAt = Date.now();
  expected: RegExp | undefined;
  private readonly loads: Load[] = [];
  private readonly probers: Prober[] = [];
  private crowds = 0;

  constructor(
    readonly site: Site,
    readonly figures: Figures,
    readonly name: string,
    seed: number,
    number: number,
  ) {
    this.random = new Random(seed);
    this.traffic = new Traffic(`r${number}/`);
  }

  get ring(): Site['ring'] {
    return this.site.ring;
  }

  /** Clients that send requests to these servers until the end of the round. */
  crowd(servers: readonly ServerProcess[], mix: Crowd['mix'] = 'all', clients = 4): Load {
    const name = `crowd${++this.crowds}-`;
    const up = () => servers.filter(({ alive }) => alive);
    const load = new Load(this.traffic, this.random.uint32(), up, { name, clients, mix });
    this.loads.push(load);
    load.start();
    return load;
  }

  /** Writes at these servers, one after the other at each. `since`: when the fault was, on the monotonic clock. */
  probe(servers: readonly ServerProcess[], since: number): readonly Prober[] {
    const name = `probe${++this.crowds}`;
    const probers = servers.map((server) => new Prober(server, this.traffic, name));
    for (const prober of probers) prober.mark(since);
    this.probers.push(...probers);
    return probers;
  }

  async stopProbers(): Promise<void> {
    await Promise.all(this.probers.splice(0).map((prober) => prober.stop()));
  }

  /** Every client has its last answer after this. */
  async quiet(): Promise<void> {
    await Promise.all([...this.loads.splice(0).map((load) => load.stop()), this.stopProbers()]);
  }

  /** The servers' own accounts of the ring; undefined for who does not answer. */
  async reports(servers: readonly ServerProcess[]): Promise<(RingReport | undefined)[]> {
    return Promise.all(servers.map(({ place }) => readRing(place)));
  }

  /** For people, and to see whether anything has changed. */
  async view(): Promise<string> {
    return membersOf(await this.ring.agree());
  }
}

export const namesOf = (servers: readonly ServerProcess[]): string[] =>
  servers.map(({ place }) => place.name);

export const without = (servers: readonly ServerProcess[], some: readonly ServerProcess[]): ServerProcess[] =>
  servers.filter((server) => !some.includes(server));
