import type { Cluster } from './cluster.js';
import { cutOff, cutPair, slowDown, splitInTwo } from './cutting.js';
import { Guard } from './guard.js';
import { roleOf } from './hits.js';
import type { Host } from './host.js';
import type { FaultKind } from './plan.js';
import { Random } from './random.js';
import { anyTrap } from './trapping.js';

const PAUSE_MS = [500, 5_000] as const;
const STALL_MS = [50, 500] as const;
const DOWN_MS = [20, 2_500] as const;
const CUT_MS = [50, 4_000] as const;
const DISK_STALL_MS = [50, 2_000] as const;

/** The schedule of one run: what breaks, when, and for how long. */
export class Faults {
  /** When the faults strike; the load likes to be there. */
  readonly moments: readonly number[];
  private readonly random: Random;
  private readonly guard: Guard;
  private over = false;

  constructor(private readonly cluster: Cluster) {
    const { plan } = cluster;
    this.random = new Random(plan.seed, 3);
    this.guard = new Guard(cluster);
    this.moments = Array.from({ length: plan.faultCount }, () => this.random.between(200, plan.loadMs));
    cluster.onTrap = (host) => this.trapped(host);
  }

  begin(): void {
    for (const moment of this.moments)
      this.cluster.world.at(moment, () => this.inject(this.random.pick(this.cluster.plan.faults)));
  }

  /** No more faults, and none of those that last: the network is whole, and who was stopped runs. */
  end(): void {
    this.over = true;
    this.cluster.traps.disarm();
    this.cluster.wires.healAll();
    for (const process of this.cluster.processes) process.wake();
  }

  private inject(kind: FaultKind): void {
    if (this.over) return;
    const { cluster, random } = this;
    const up = cluster.hosts.filter((host) => host.isUp);
    if (up.length === 0) return;
    const host = random.pick(up);
    cluster.hits.add(kind, roleOf(host));
    this.strike(kind, host, up);
  }

  private strike(kind: FaultKind, host: Host, up: readonly Host[]): void {
    const { cluster, random } = this;
    switch (kind) {
      case 'crash':
        return this.lose([host], (lost) => lost.kill());
      case 'adjacent-crash':
        return this.lose(this.adjacent(), (lost) => lost.kill());
      case 'power':
        return this.lose([host], (lost) => lost.powerOff());
      case 'pause':
        return this.stop(host, random.between(...PAUSE_MS), false);
      case 'suspend':
        return this.stop(host, random.between(...PAUSE_MS), true);
      case 'stall':
        return this.stop(host, random.between(...STALL_MS), false);
      case 'cut':
        return this.cut(cutPair(cluster, random, true));
      case 'one-way-cut':
        return this.cut(cutPair(cluster, random, false));
      case 'isolation':
        return this.cut(this.guard.mayMiss([host]) ? cutOff(cluster, random, host) : null);
      case 'partition':
        return this.cut(splitInTwo(cluster, random, (hosts) => this.guard.mayMiss(hosts)));
      case 'slow':
        return slowDown(cluster, random);
      case 'leave':
        return this.leave(host);
      case 'trap':
        return this.trap(host);
      case 'blackout':
        return this.lose(up, (lost) => (random.chance(0.5) ? lost.powerOff() : lost.kill()));
      case 'disk-stall':
        return this.stallDisk(host);
      case 'disk-failure':
        return this.failDisk(host);
      case 'damage':
        return this.damage(host);
      case 'rot':
        return this.rot(host);
    }
  }

  private lose(hosts: readonly Host[], how: (host: Host) => void): void {
    const isKept = this.cluster.plan.durable;
    if (hosts.length === 0 || !(isKept || this.guard.mayLose(hosts))) return;
    for (const host of hosts) {
      how(host);
      this.restartLater(host);
    }
  }

  private restartLater(host: Host): void {
    this.cluster.world.after(this.random.between(...DOWN_MS), () => {
      if (!this.over && !host.isUp) host.start(this.random.shuffle(this.cluster.peersFor(host)));
    });
  }

  private stallDisk(host: Host): void {
    const ms = this.random.between(...DISK_STALL_MS);
    this.cluster.world.say(() => `the disk of ${host.name} stands still for ${Math.round(ms)} ms`);
    host.disk!.stall(ms);
  }

  /** The process ends over it; what it handed over last may be lost. */
  private failDisk(host: Host): void {
    this.cluster.world.say(() => `the disk of ${host.name} fails`);
    this.lose([host], (lost) => lost.kill());
  }

  /** What only this host has must not be what is damaged. */
  private damage(host: Host): void {
    if (!this.guard.mayLose([host])) return;
    this.lose([host], (lost) => {
      lost.kill();
      lost.wasDamaged = lost.disk!.damage();
      if (lost.wasDamaged) this.cluster.world.say(() => `the disk of ${lost.name} is damaged`);
    });
  }

  /** What cannot be read any more is something that others have as well. */
  private rot(host: Host): void {
    const others = this.cluster.hosts.filter((other) => other !== host);
    const revisions = host.disk!.bodies.filter((revision) => {
      const digest = host.disk!.digestOf(revision);
      return others.filter(({ disk }) => disk!.digestOf(revision) === digest).length > 1;
    });
    if (revisions.length === 0) return;
    const revision = this.random.pick(revisions);
    this.cluster.world.say(() => `the body of r${revision} rots on the disk of ${host.name}`);
    host.disk!.rot(revision);
  }

  private trapped(host: Host): boolean {
    if (!this.cluster.plan.durable && !this.guard.mayLose([host])) return false;
    this.restartLater(host);
    return true;
  }

  /** Something has to happen for a trap to spring: another member dies, is back soon, and joins. */
  private trap(host: Host): void {
    const { cluster, random } = this;
    cluster.traps.arm(anyTrap(random, random.chance(0.5) ? host : null));
    const other = random.pick(cluster.hosts);
    cluster.world.after(random.between(0, 50), () => {
      if (!this.over) this.lose(other.isUp ? [other] : [], (lost) => lost.kill());
    });
  }

  private adjacent(): Host[] {
    const members = this.cluster.checks.views.newest?.members ?? [];
    const at = this.random.below(Math.max(members.length, 1));
    const names = [members[at]?.name, members[(at + 1) % members.length]?.name];
    return this.cluster.hosts.filter((host) => host.isUp && names.includes(host.name));
  }

  private stop(host: Host, ms: number, asleep: boolean): void {
    const { process } = host;
    if (process === null || process.isStopped || (ms > 500 && !this.guard.mayMiss([host]))) return;
    this.cluster.world.say(
      () => `${host.name} ${asleep ? 'sleeps' : 'stands still'} for ${Math.round(ms)} ms`,
    );
    process.stop(ms, asleep);
  }

  private cut(heal: (() => void) | null): void {
    if (heal === null) return;
    this.cluster.world.after(this.random.between(...CUT_MS), () => {
      if (!this.over) heal();
    });
  }

  private leave(host: Host): void {
    // In a disaster it might be the last that is left.
    if (this.cluster.plan.disaster || !this.guard.mayLose([host])) return;
    const { process } = host;
    process?.enter(() => {
      process.leave((outcome) => {
        this.cluster.world.say(() => `${host.name} leaves: ${outcome?.kind ?? 'dies over it'}`);
        if (outcome?.kind !== 'left') return;
        // The last messages of the same effects are on their way already.
        host.exit();
        this.restartLater(host);
      });
    });
  }
}
