import { randomInt } from 'node:crypto';

import { Replica, type Clock, type ReplicaOptions, type Server } from '../replication/index.js';
import type { RingOptions } from './options.js';

/** What the driver needs of a replica; tests put their own in its place. */
export type Core = Pick<
  Replica,
  'step' | 'ready' | 'peek' | 'committed' | 'list' | 'readOut' | 'status' | 'lost'
>;
/** How a server presents itself. */
export type Who = Pick<Server, 'name' | 'url' | 'ring' | 'priority'>;
/** What it has of a disk. */
export type DiskOptions = Pick<ReplicaOptions, 'saved' | 'diskRoom' | 'load'>;
export type CoreFactory = (options: RingOptions & DiskOptions, who: Who, clock: Clock) => Core;
export const CORE_FACTORY = Symbol('CORE_FACTORY');

const ID_SPAN = 2 ** 48 - 1;

export const createReplica: CoreFactory = (options, { name, url, ring, priority }, clock) => {
  const { capacity, serves } = options;
  const durable = options.saved !== null;
  const self: Server = { id: randomId(), name, url, ring, priority, durable, capacity, serves, was: 0 };
  return new Replica({ ...options, self, randomId }, clock);
};

function randomId(): number {
  return randomInt(1, ID_SPAN);
}
