/** The rows of small writes: alike but for the number of connections. */
import { atBackup, atPrimary, peer, redisAwaiting, spread } from './entrants.mjs';
import { interleave } from './interleave.mjs';

export const BODY_BYTES = 1024;
const KEYS = 1000;

export const contenders = ['ringlet', 'bare ring', 'redis', 'nats', 'etcd'];

/** With one connection there is nothing to spread. */
export const single = [atPrimary, atBackup, ...contenders.slice(1).map(peer), redisAwaiting];
export const loaded = [atPrimary, atBackup, spread, ...contenders.slice(1).map(peer), redisAwaiting];

const value = 'per second';

/** @type {import('./types.mjs').Reach[]} what is to be reached at 32 connections and at 128 */
export const loadedReach = [
  { of: atPrimary.label, value, against: 'redis', atLeast: 1.2 },
  { of: atPrimary.label, value, against: 'bare ring', atLeast: 0.8 },
  { of: atPrimary.label, value, against: 'nats', atLeast: 1.5 },
  { of: spread.label, value, against: 'redis', atLeast: 1 },
  { of: spread.label, value, against: 'bare ring', atLeast: 0.6 },
  { of: spread.label, value, against: 'nats', atLeast: 1.5 },
];

/**
 * @param {number} connections
 * @param {import('./types.mjs').Entrant[]} entrants
 * @returns {import('./types.mjs').Row['run']}
 */
export const runPut = (connections, entrants) => (context) =>
  interleave(context, entrants, (contender, ports, entrant) => {
    if (contender.put === undefined) throw new Error('takes no writes');
    const { seconds } = context;
    const dialogue = entrant.dialogue ?? contender.put.dialogue;
    return context.generator.run({
      ...contender.put,
      dialogue,
      ports,
      connections,
      seconds,
      bodyBytes: BODY_BYTES,
      keys: KEYS,
    });
  });
