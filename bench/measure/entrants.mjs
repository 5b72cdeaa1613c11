/** Where a ring is asked. */

/** @typedef {import('./types.mjs').Entrant} Entrant */

/** @type {Entrant} */
export const atPrimary = { label: 'ringlet, at the primary', contender: 'ringlet' };

/** @type {Entrant} */
export const atBackup = {
  label: 'ringlet, at a backup',
  contender: 'ringlet',
  choose: (ports) => ports.slice(1),
};

/** @type {Entrant} */
export const spread = { label: 'ringlet, spread over all', contender: 'ringlet', choose: (ports) => ports };

/**
 * Not judged: SET, and WAIT once it is answered. `redis` itself is sent the pair in one packet.
 * @type {Entrant}
 */
export const redisAwaiting = {
  label: 'redis, two round trips',
  contender: 'redis',
  dialogue: 'redis-put-awaiting',
};

/**
 * Asked at its first server: a peer's primary or leader, which is where it is fastest.
 * @param {string} contender
 * @returns {Entrant}
 */
export const peer = (contender) => ({ label: contender, contender });
