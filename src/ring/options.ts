import { type Config, type Fsync, MULTICAST } from '../config/index.js';
import { INLINE_BODY_BYTES, UNBOUNDED, type ReplicaOptions, type Server } from '../replication/index.js';
import { createDigest } from './digest.js';

export const RING_OPTIONS = Symbol('RING_OPTIONS');

/** What the ring is told from outside; who this server is, it learns at its start. */
export interface RingOptions
  extends
    Omit<ReplicaOptions, 'self' | 'randomId' | 'saved' | 'diskRoom' | 'load'>,
    Pick<Server, 'capacity' | 'serves'> {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** The ring's name. */
  readonly ring: string;
  /** '': none. */
  readonly secret: string;
  /** What may wait for one peer before the link to it is given up. */
  readonly sendBufferBytes: number;
  /** null: this server keeps nothing on disk. */
  readonly dataDirectory: string | null;
  readonly fsync: Fsync;
}

const REQUEST_TIMEOUT_MS = 5_000;
const RING_BUDGET_BYTES = 64 * 2 ** 20;
const SLACK_BYTES = 16 * 2 ** 20;
const WAITING_LIMIT = 1_024;
/** Larger bodies do not hold up a join: the newcomer fetches them, or is asked for them, once it is in. */
const SMALL_BODY_BYTES = 4 * 2 ** 10;
const TOMBSTONE_TTL_MS = 3_600_000;
/** 8 MiB on their way: more than a fast ring needs to be busy, and what an upload costs beside its body. */
const WINDOW_PIECES = 32;

export function ringOptionsOf(config: Config): RingOptions {
  return {
    host: config.ringHost,
    port: config.ringPort,
    ring: config.ring,
    secret: config.ringSecret ?? '',
    peers: config.peers === MULTICAST ? [] : config.peers.map(String),
    seeks: config.peers === MULTICAST,
    policy: config.partition,
    probeIntervalMs: config.probeIntervalMs,
    suspectAfterMs: config.suspectAfterMs,
    readLeaseMs: config.readLeaseMs,
    // A view change takes a suspicion and a few laps; a request outlives one.
    requestTimeoutMs: Math.max(REQUEST_TIMEOUT_MS, 4 * config.suspectAfterMs),
    ringBudgetBytes: RING_BUDGET_BYTES,
    // All that is on the ring, and once more when a new view sends it round again.
    sendBufferBytes: 2 * RING_BUDGET_BYTES + SLACK_BYTES,
    waitingLimit: WAITING_LIMIT,
    smallBodyBytes: SMALL_BODY_BYTES,
    tombstoneTtlMs: TOMBSTONE_TTL_MS,
    windowPieces: WINDOW_PIECES,
    inlineBodyBytes: INLINE_BODY_BYTES,
    memoryLimitBytes: config.memoryLimitBytes,
    createDigest,
    capacity: config.role === 'gateway' ? 0 : (config.capacityBytes ?? UNBOUNDED),
    serves: config.role !== 'storage',
    dataDirectory: config.dataDirectory ?? null,
    fsync: config.fsync,
  };
}
