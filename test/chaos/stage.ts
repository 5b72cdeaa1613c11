import { Random } from '../simulation/random.js';
import type { ServerProcess, ServerRing } from '../support/processes/index.js';
import type { Figures } from './figures.js';
import { Pile } from './pile.js';
import { Load, Prober, Traffic } from '../support/traffic/index.js';

/** What a round plays on: a ring, its clients, and the record of what they saw. */
export class Stage {
  readonly random: Random;
  readonly traffic: Traffic;
  readonly load: Load;
  /** Servers that run, but that clients keep away from. */
  readonly shunned = new Set<ServerProcess>();
  /** Milliseconds since the epoch, as in the logs. */
  readonly begunAt = Date.now();
  /** When servers were killed, on the monotonic clock. */
  readonly kills: number[] = [];
  private readonly probers: Prober[] = [];
  private readonly piles: Pile[] = [];

  constructor(
    readonly ring: ServerRing,
    readonly figures: Figures,
    readonly name: string,
    seed: number,
    number: number,
  ) {
    this.random = new Random(seed);
    this.traffic = new Traffic(`r${number}/`);
    const up = () => ring.running.filter((server) => !this.shunned.has(server));
    this.load = new Load(this.traffic, seed, up);
  }

  /** Probers at these servers, each of which has written already. */
  async probe(servers: readonly ServerProcess[], mayBeApart = false): Promise<Prober[]> {
    const probers = servers.map((server) => new Prober(server, this.traffic, 'probe', mayBeApart));
    this.probers.push(...probers);
    await Promise.all(probers.map((prober) => prober.warm()));
    return probers;
  }

  async stopProbers(): Promise<void> {
    await Promise.all(this.probers.splice(0).map((prober) => prober.stop()));
  }

  /** Who will send requests to this server while it is paused. */
  async preparePile(server: ServerProcess, lengthMs: number): Promise<Pile> {
    const pile = new Pile(this.traffic, server, this.random.uint32(), lengthMs);
    this.piles.push(pile);
    await pile.warm();
    return pile;
  }

  /** Waits for their answers. */
  async endPiles(): Promise<void> {
    await Promise.all(this.piles.splice(0).map((pile) => pile.end()));
  }

  /** Every client has its last answer after this. */
  async quiet(): Promise<void> {
    await Promise.all([this.load.stop(), this.stopProbers(), this.endPiles()]);
  }
}
