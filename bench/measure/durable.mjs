/** The rows of small writes that are on disks: alike but for the number of connections. */
import { peer } from './entrants.mjs';
import { runPut } from './put.mjs';

const always = 'ringlet, FSYNC=always';
const soon = 'ringlet, FSYNC=50ms';
const never = 'ringlet, FSYNC=never';
const value = 'per second';

/** @param {string} contender @returns {import('./types.mjs').Entrant} */
const spreadOver = (contender) => ({
  label: `${contender}, spread over all`,
  contender,
  choose: (ports) => ports,
});

/** @param {string} contender @returns {import('./types.mjs').Entrant} */
const atPrimaryOf = (contender) => ({ label: `${contender}, at the primary`, contender });

const judged = [atPrimaryOf(always), spreadOver(always)];

/**
 * @param {number} connections
 * @returns {import('./types.mjs').Row}
 */
export const durableRow = (connections) => ({
  name: `durable-${connections}`,
  title: `PUT 1 KiB on the disk of all three before it is acknowledged, ${connections} connections`,
  contenders: [always, soon, never, 'etcd'],
  reach: judged.map(({ label }) => ({ of: label, value, against: 'etcd', atLeast: 3 })),
  run: runPut(connections, [...judged, atPrimaryOf(soon), atPrimaryOf(never), peer('etcd')]),
});
