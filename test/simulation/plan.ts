import type { PartitionPolicy } from '../../src/replication/index.js';
import { Random } from './random.js';

export type FaultKind =
  | 'crash'
  | 'adjacent-crash'
  | 'power'
  | 'pause'
  | 'suspend'
  | 'stall'
  | 'cut'
  | 'one-way-cut'
  | 'isolation'
  | 'partition'
  | 'slow'
  | 'leave'
  | 'trap'
  | 'blackout'
  | 'disk-stall'
  | 'disk-failure'
  | 'damage'
  | 'rot';

/** More than a run can use. */
export const AMPLE_MEMORY_BYTES = 1 << 30;

/** What one seed stands for. */
export interface Plan {
  readonly seed: number;
  readonly servers: number;
  /** Servers keep what they store on disks. */
  readonly durable: boolean;
  /** FSYNC=always. Otherwise what was acknowledged survives processes, but not machines. */
  readonly syncsAll: boolean;
  readonly policy: PartitionPolicy;
  readonly operations: number;
  readonly keys: number;
  /** How long the load and the faults last. */
  readonly loadMs: number;
  readonly faults: readonly FaultKind[];
  readonly faultCount: number;
  /** Without it no fault takes the last quorum of the newest view away. */
  readonly disaster: boolean;
  /** How many servers start late, in the middle of it all. */
  readonly late: number;
  /** The driver asks for effects this long after the first input; 0: after each. */
  readonly coalesceMs: number;
  readonly probeIntervalMs: number;
  readonly suspectAfterMs: number;
  readonly readLeaseMs: number;
  readonly requestTimeoutMs: number;
  readonly tombstoneTtlMs: number;
  /** Clients take larger bodies that are elsewhere as they come. */
  readonly inlineBodyBytes: number;
  readonly smallBodyBytes: number;
  readonly ringBudgetBytes: number;
  readonly waitingLimit: number;
  readonly memoryLimitBytes: number;
  /** How many servers keep each body; 0: all. */
  readonly replicas: number;
  /** How many servers keep no bodies. */
  readonly gateways: number;
  /** Servers share files. */
  readonly files: boolean;
  /** The share of writes with a large body. */
  readonly uploadChance: number;
  readonly windowPieces: number;
  /** What a client sends of a large body at once. */
  readonly pieceBytes: number;
  /** How far pieces lag behind at most: each link has one of these. */
  readonly bulkLagsMs: readonly number[];
}

const MIXES: readonly (readonly FaultKind[])[] = [
  [],
  ['crash'],
  ['crash', 'adjacent-crash', 'power'],
  ['pause', 'stall'],
  ['pause', 'suspend', 'slow'],
  ['cut', 'one-way-cut', 'slow'],
  ['isolation', 'partition', 'stall'],
  ['leave', 'crash'],
  ['trap'],
  ['trap', 'crash', 'stall'],
  ['trap', 'cut', 'slow'],
  [
    'crash',
    'power',
    'pause',
    'stall',
    'cut',
    'one-way-cut',
    'isolation',
    'slow',
    'leave',
    'trap',
    'suspend',
    'adjacent-crash',
  ],
];

/** What only servers with disks are expected to survive. */
const DISK_MIXES: readonly (readonly FaultKind[])[] = [
  ...MIXES,
  ['crash', 'adjacent-crash', 'blackout'],
  ['power', 'blackout', 'disk-stall'],
  ['blackout', 'trap', 'disk-failure'],
  ['blackout', 'partition', 'isolation', 'cut', 'one-way-cut'],
  ['damage', 'crash', 'stall'],
  [
    'damage',
    'disk-failure',
    'disk-stall',
    'power',
    'leave',
    'pause',
    'blackout',
    'partition',
    'trap',
    'slow',
  ],
];
/** Only who syncs everything is expected to survive these. */
const POWER: ReadonlySet<FaultKind> = new Set(['power', 'blackout']);

export function planOf(seed: number, changes: Partial<Plan> = {}): Plan {
  const random = new Random(seed, 0);
  const servers = random.pick([5, 5, 5, 5, 5, 5, 3, 3, 4, 2, 6]);
  const policy = random.pick<PartitionPolicy>(['available', 'primary']);
  const disks = new Random(seed, 7);
  const durable = changes.durable ?? disks.chance(0.5);
  const syncsAll = disks.chance(0.8);
  const mix = durable ? disks.pick(DISK_MIXES) : random.pick(MIXES);
  const faults = syncsAll ? mix : mix.filter((kind) => !POWER.has(kind));
  return {
    seed,
    servers,
    durable,
    syncsAll,
    policy,
    operations: 200,
    keys: random.pick([1, 3, 5, 5, 8]),
    loadMs: random.pick([2_000, 4_000, 6_000]),
    faults,
    faultCount: faults.length === 0 ? 0 : 1 + random.below(7),
    disaster: policy === 'available' && random.chance(0.2),
    late: random.chance(0.3) ? 1 + random.below(servers - 1) : 0,
    coalesceMs: random.pick([0, 0, 0.05, 0.3]),
    probeIntervalMs: 200,
    suspectAfterMs: 1_000,
    readLeaseMs: 600,
    requestTimeoutMs: random.pick([2_000, 4_000]),
    tombstoneTtlMs: random.pick([100, 1_000, 60_000]),
    inlineBodyBytes: new Random(seed, 8).pick([0, 60, 1 << 16]),
    smallBodyBytes: random.pick([16, 64, 4_096]),
    ringBudgetBytes: random.pick([4_096, 65_536, 1 << 24]),
    waitingLimit: random.pick([4, 1_000]),
    memoryLimitBytes: random.pick([AMPLE_MEMORY_BYTES, AMPLE_MEMORY_BYTES, AMPLE_MEMORY_BYTES, 2_000, 4_000]),
    replicas: 0,
    gateways: 0,
    files: false,
    uploadChance: random.pick([0, 0.1, 0.3, 0.6]),
    windowPieces: random.pick([1, 2, 4]),
    pieceBytes: random.pick([5, 16, 60]),
    bulkLagsMs: random.pick([[0], [0, 5], [0, 30], [0, 0, 0, 400]]),
    ...changes,
  };
}
