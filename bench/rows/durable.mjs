/** PUT of 1 KiB that is on the disk of all three, beside etcd, which is content with two of three. */
import { atPrimary, peer } from '../measure/entrants.mjs';
import { notMeasured } from '../measure/findings.mjs';
import { runPut } from '../measure/put.mjs';

const CONNECTIONS = 32;
const onDisk = 'ringlet on disk';

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'durable',
  title: `PUT 1 KiB, DATA_DIR and FSYNC=always, ${CONNECTIONS} connections`,
  contenders: [onDisk, 'etcd'],
  reach: [{ of: atPrimary.label, value: 'per second', against: 'etcd', atLeast: 3 }],
  run,
};

const entrants = [{ ...atPrimary, contender: onDisk }, peer('etcd')];
const put = runPut(CONNECTIONS, entrants);

/** Without Ringlet nobody else is measured. @param {import('../measure/types.mjs').Context} context */
async function run(context) {
  const ringlet = await context.running.get(onDisk);
  if (typeof ringlet !== 'string') return put(context);
  const labels = entrants.map(({ label }) => label);
  return notMeasured(labels, ringlet);
}
