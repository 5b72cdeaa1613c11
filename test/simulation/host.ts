import { UNBOUNDED, type ReplicaOptions } from '../../src/replication/index.js';
import { SimulatedDigest } from './bodies.js';
import { ProcessClock } from './clock.js';
import { Disk } from './disk.js';
import { SimulatedDirectory } from './files/directory.js';
import type { Cluster } from './cluster.js';
import { AMPLE_MEMORY_BYTES } from './plan.js';
import { Process } from './process.js';
import { Random } from './random.js';

/** A process listens before it starts its replica; seldom its host refuses connections for a moment longer, as a firewall would. */
const REFUSES_CHANCE = 0.1;
const LISTEN_AFTER_MS = [1, 60] as const;

/** A machine with a lasting name and address, and the process that runs on it, if any. */
export class Host {
  readonly name: string;
  readonly address: string;
  powered = true;
  /** What was on its disk could not be read back once. */
  wasDamaged = false;
  process: Process | null = null;
  /** null: what the process stored is gone with it. */
  readonly disk: Disk | null;
  /** The files that it shares. */
  readonly directory = new SimulatedDirectory();
  private listening = false;
  private readonly random: Random;
  private readonly drift: number;
  private readonly wallOffset: number;
  private readonly priority: number;

  constructor(
    readonly cluster: Cluster,
    readonly index: number,
  ) {
    this.name = `s${index}`;
    this.address = `10.0.0.${index + 1}:7000`;
    this.random = new Random(cluster.plan.seed, 100 + index);
    this.drift = this.random.between(-0.005, 0.005);
    this.wallOffset = Math.floor(this.random.between(-5_000, 5_000));
    this.priority = this.random.pick([0, 0, 1]);
    const { durable, syncsAll, seed } = cluster.plan;
    this.disk = durable ? new Disk(cluster.world, new Random(seed, 200 + index), syncsAll) : null;
  }

  /** Keeps no bodies. The last ones to start are those. */
  get isGateway(): boolean {
    return this.index >= this.cluster.plan.servers - this.cluster.plan.gateways;
  }

  /** The process that takes connections. */
  get listener(): Process | null {
    return this.listening ? this.process : null;
  }

  /** What its clock on the wall shows, milliseconds since the epoch. */
  get wall(): number {
    const { now } = this.cluster.world;
    return this.process?.read().wall ?? new ProcessClock(now, this.drift, this.wallOffset).read(now).wall;
  }

  get isUp(): boolean {
    return this.process !== null;
  }

  start(peers: readonly string[]): void {
    if (this.isUp) return;
    const { world } = this.cluster;
    const clock = new ProcessClock(world.now - this.random.between(0, 1_000), this.drift, this.wallOffset);
    const options = this.options(peers);
    const core = this.cluster.makeCore(options, clock.read(world.now), this.index);
    const process = new Process(this, core, clock, this.random);
    this.powered = true;
    this.process = process;
    world.say(() => `${this.name} starts as ${options.self.id.toString(16)}`);
    this.listening = !this.random.chance(REFUSES_CHANCE);
    world.after(this.random.between(...LISTEN_AFTER_MS), () => {
      if (this.process === process) this.listening = true;
    });
    process.begin();
  }

  /** SIGKILL: the kernel closes its connections. */
  kill(): void {
    this.end('is killed', (process) => process.die());
    this.disk?.abandon();
  }

  /** The machine is switched off: silence. */
  powerOff(): void {
    this.powered = false;
    this.end('loses its power', (process) => process.vanish());
    this.disk?.losePower();
  }

  /** The process ends by itself, having said all it had to say. */
  exit(): void {
    this.end('exits', (process) => process.exit(), this.process?.takesAlong);
    this.disk?.abandon();
  }

  private end(how: string, stop: (process: Process) => void, isDeath = true): void {
    const { process } = this;
    if (process === null) return;
    this.cluster.world.say(() => `${this.name} ${how}`);
    this.process = null;
    this.listening = false;
    this.cluster.ends++;
    if (isDeath) this.cluster.deaths++;
    stop(process);
  }

  private options(peers: readonly string[]): ReplicaOptions {
    const { plan } = this.cluster;
    const id = this.random.id48();
    return {
      self: {
        id,
        name: this.name,
        url: `http://${this.name}`,
        ring: this.address,
        priority: this.priority,
        durable: plan.durable,
        capacity: this.isGateway ? 0 : UNBOUNDED,
        serves: true,
        was: 0,
      },
      peers,
      saved: this.disk?.load() ?? null,
      randomId: () => this.random.id48(),
      policy: plan.policy,
      probeIntervalMs: plan.probeIntervalMs,
      suspectAfterMs: plan.suspectAfterMs,
      readLeaseMs: plan.readLeaseMs,
      requestTimeoutMs: plan.requestTimeoutMs,
      ringBudgetBytes: plan.ringBudgetBytes,
      waitingLimit: plan.waitingLimit,
      smallBodyBytes: plan.smallBodyBytes,
      tombstoneTtlMs: plan.tombstoneTtlMs,
      windowPieces: plan.windowPieces,
      inlineBodyBytes: plan.inlineBodyBytes,
      memoryLimitBytes: plan.memoryLimitBytes,
      diskRoom: () => AMPLE_MEMORY_BYTES,
      load: () => 0,
      createDigest: () => new SimulatedDigest(),
    };
  }
}
