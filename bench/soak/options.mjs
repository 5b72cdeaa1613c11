/** The command line of the soak. */
import { parseArgs } from 'node:util';

export const HELP = `npm run soak -- [options]
  --minutes M        how long it lasts, before the check at the end (default 30)
  --rate N           requests a second, of all clients together (default 100)
  --alone-minutes M  how long one member is left alone, until all are killed at once (default 5)
  --fsync F          FSYNC of the servers (default always)
  --partition P      PARTITION of the servers (default available)
  --seed N           of the faults and of the requests
  --logs DIR         where the logs of the servers go and stay (default: they go at the end)
  --json             the summary as JSON on standard output; the lines go to standard error
  --help             this`;

/**
 * @typedef {object} Options
 * @property {number} minutes
 * @property {number} rate
 * @property {number} aloneMinutes
 * @property {string} fsync
 * @property {string} partition
 * @property {number} seed
 * @property {string | undefined} logs
 * @property {boolean} json
 * @property {boolean} help
 */

/** @returns {Options} */
export function readOptions() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '30' },
      rate: { type: 'string', default: '100' },
      'alone-minutes': { type: 'string' },
      fsync: { type: 'string', default: 'always' },
      partition: { type: 'string', default: 'available' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      logs: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const minutes = positive('minutes', values.minutes);
  const { fsync, partition, logs, json, help } = values;
  return {
    fsync,
    partition,
    logs,
    json,
    help,
    minutes,
    rate: positive('rate', values.rate),
    aloneMinutes: positive('alone-minutes', values['alone-minutes'] ?? String(Math.min(5, minutes / 2))),
    seed: Number(values.seed),
  };
}

/** @param {string} name @param {string} text */
function positive(name, text) {
  const value = Number(text);
  if (value > 0) return value;
  throw new Error(`--${name} ${text}: a positive number is needed`);
}
