/** PUT of 1 KiB, acknowledged by all three, one connection: what one client waits. */
import { atBackup, atPrimary } from '../measure/entrants.mjs';
import { contenders, runPut, single } from '../measure/put.mjs';

const value = 'p50 ms';

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'put-1',
  title: 'PUT 1 KiB acknowledged by all three, 1 connection',
  contenders,
  reach: [
    { of: atPrimary.label, value, against: 'etcd', atMost: 0.5 },
    { of: atBackup.label, value, against: 'etcd', atMost: 0.5 },
    { of: atPrimary.label, value, against: 'redis', atMost: 2.5 },
  ],
  run: runPut(1, single),
};
