import {
  Replica,
  type Clock,
  type Input,
  type Ready,
  type ReplicaOptions,
} from '../../src/replication/index.js';

/** What the simulation needs of a replica; a wrapper that plants a bug offers the same. */
export type Core = Pick<Replica, 'step' | 'ready' | 'peek' | 'committed' | 'list' | 'status'>;

export type MakeCore = (options: ReplicaOptions, clock: Clock, host: number) => Core;

export const makeReplica: MakeCore = (options, clock) => new Replica(options, clock);

export type { Clock, Input, Ready };
