import type { Input } from '../../src/replication/index.js';
import { Checks } from './checks/checks.js';
import type { MakeCore } from './core.js';
import { describeInput } from './describe.js';
import { Hits } from './hits.js';
import { Host } from './host.js';
import { Network } from './network.js';
import type { Plan } from './plan.js';
import type { Process } from './process.js';
import { Random } from './random.js';
import type { Trace } from './trace.js';
import { Traps } from './traps.js';
import { Wires } from './wires.js';
import { World } from './world.js';

/** All that takes part in one run. */
export class Cluster {
  readonly world: World;
  readonly wires: Wires;
  readonly network: Network;
  readonly hosts: readonly Host[];
  readonly checks: Checks;
  readonly traps: Traps;
  readonly hits = new Hits();
  /** Processes that have ended since the ring began, and those of them that may have taken along what only they had. */
  ends = 0;
  deaths = 0;
  /** Asked before a trap kills a host. */
  onTrap: (host: Host) => boolean = () => false;

  constructor(
    readonly plan: Plan,
    readonly trace: Trace,
    readonly makeCore: MakeCore,
  ) {
    this.world = new World(trace);
    this.wires = new Wires(this.world, new Random(plan.seed, 1), plan.servers);
    this.network = new Network(this.wires);
    this.traps = new Traps((host) => this.onTrap(host));
    this.checks = new Checks(this);
    this.hosts = Array.from({ length: plan.servers }, (_, index) => new Host(this, index));
    for (const host of this.hosts) this.network.add(host);
  }

  get processes(): Process[] {
    return this.hosts.flatMap((host) => host.process ?? []);
  }

  peersOf(host: Host): string[] {
    return this.hosts.filter((other) => other !== host).map((other) => other.address);
  }

  /** The first one founds the ring, as often as it takes for that to reach its disk and another server. */
  peersFor(host: Host): string[] {
    const hasGrown = (this.checks.views.newest?.members.length ?? 0) > 1;
    return host.index === 0 && host.disk !== null && !hasGrown ? [] : this.peersOf(host);
  }

  /** Writes an input down. */
  tell(process: Process, input: Input): void {
    const { trace, world } = this;
    trace.number(world.now);
    trace.number(process.host.index);
    trace.text(input.kind);
    if (input.kind !== 'tick') world.say(() => `${process.host.name} ← ${describeInput(input)}`);
  }
}
