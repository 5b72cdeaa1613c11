import {
  Replica,
  type Clock,
  type Input,
  type Peek,
  type Ready,
  type ReplicaOptions,
} from '../../../src/replication/index.js';
import type { Core, MakeCore } from '../core.js';
import type { Plan } from '../plan.js';
import { Random } from '../random.js';

export interface Bug {
  readonly name: string;
  /** The circumstances in which it shows soon. */
  readonly plan?: Partial<Plan>;
  /** The first seed that is worth a try, for one that shows seldom; default: 1. */
  readonly from?: number;
  /** Changes the options with which a process starts. */
  options?(options: ReplicaOptions, host: number): ReplicaOptions;
  /** Changes the parts of an incarnation. */
  plant?(replica: Replica): void;
  /** Changes what comes in, or what goes out. */
  input?(input: Input, random: Random): Input;
  ready?(ready: Ready): Ready;
}

export function partsOf(replica: Replica) {
  return replica['parts'];
}

/** A replica with one bug in it. */
class Planted implements Core {
  private readonly random: Random;
  private planted: unknown = null;

  constructor(
    private readonly replica: Replica,
    private readonly bug: Bug,
    seed: number,
  ) {
    this.random = new Random(seed, 9);
    this.plant();
  }

  step(input: Input, clock: Clock): void {
    this.plant();
    this.replica.step(this.bug.input?.(input, this.random) ?? input, clock);
    this.plant();
  }

  ready(): Ready | null {
    const ready = this.replica.ready();
    return ready === null ? null : (this.bug.ready?.(ready) ?? ready);
  }

  peek(key: string, clock: Clock): Peek {
    return this.replica.peek(key, clock);
  }

  committed(key: string) {
    return this.replica.committed(key);
  }

  list(prefix: string, after: string | null, limit: number) {
    return this.replica.list(prefix, after, limit);
  }

  status(clock: Clock) {
    return this.replica.status(clock);
  }

  /** A new incarnation has new parts. */
  private plant(): void {
    const parts = partsOf(this.replica);
    if (this.planted === parts) return;
    this.planted = parts;
    this.bug.plant?.(this.replica);
  }
}

export function planting(bug: Bug): MakeCore {
  return (options, clock, host) => {
    const changed = bug.options?.(options, host) ?? options;
    return new Planted(new Replica(changed, clock), bug, options.self.id);
  };
}
