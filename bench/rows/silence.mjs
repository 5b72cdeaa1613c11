/** SIGSTOP to each member in turn: nothing refuses a connection, the others have only its silence to go by. */
import { label, measureFaults, p99 } from '../measure/faults.mjs';

const ROUNDS = 9;
const ROUNDS_SHORT = 3;

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'silence',
  title: 'A process falls silent, any member in turn, under load: until writes are acknowledged again',
  contenders: [],
  reach: [{ of: label, value: p99, atMost: 1600 }],
  run: (context) =>
    measureFaults(context, {
      name: 'silence',
      rounds: context.short ? ROUNDS_SHORT : ROUNDS,
      strike: (_, victim) => victim.process.kill('SIGSTOP'),
      mend: (ring, victim) => {
        victim.process.kill('SIGCONT');
        return ring.agree();
      },
    }),
};
