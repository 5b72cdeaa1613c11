import { randomInt } from 'node:crypto';

import { Replica, type Clock, type Server } from '../replication/index.js';
import type { RingOptions } from './options.js';

/** What the driver needs of a replica; tests put their own in its place. */
export type Core = Pick<Replica, 'step' | 'ready' | 'peek' | 'committed' | 'list' | 'readOut' | 'status'>;
export type CoreFactory = (options: RingOptions, identity: Omit<Server, 'id'>, clock: Clock) => Core;
export const CORE_FACTORY = Symbol('CORE_FACTORY');

const ID_SPAN = 2 ** 48 - 1;

export const createReplica: CoreFactory = (options, identity, clock) => {
  const { name, url, ring, priority } = identity;
  const self: Server = { id: randomId(), name, url, ring, priority, durable: false, was: 0 };
  return new Replica({ ...options, self, randomId }, clock);
};

function randomId(): number {
  return randomInt(1, ID_SPAN);
}
