/** SIGKILL to each member in turn, which is started again afterwards. */
import { label, longest, measureFaults, p99 } from '../measure/faults.mjs';

const ROUNDS = 15;
const ROUNDS_SHORT = 3;

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'kill',
  title: 'A process is killed, any member in turn, under load: until writes are acknowledged again',
  contenders: [],
  reach: [
    { of: label, value: p99, atMost: 250 },
    { of: label, value: longest, atMost: 2000 },
  ],
  run: (context) =>
    measureFaults(context, {
      name: 'kill',
      rounds: context.short ? ROUNDS_SHORT : ROUNDS,
      strike: (_, victim) => victim.process.kill('SIGKILL'),
      mend: (ring, victim) => ring.restart(victim),
    }),
};
