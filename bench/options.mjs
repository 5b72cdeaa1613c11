/** The command line of the bench. */
import { parseArgs } from 'node:util';

export const HELP = `npm run bench -- [options]
  --short        shorter slices: under three minutes
  --only ROW     only this row, or all that begin with it (get, put, put-32); several times or with commas
  --rounds N     measured rounds of each contender (default 3)
  --seconds S    length of one slice (default 2, short 0.6)
  --json         the result as JSON on standard output
  --list         names the rows
  --help         this`;

export function readOptions() {
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    ...values,
    only: values.only.flatMap((names) => names.split(',')),
    rounds: positive('rounds', values.rounds ?? '3', true),
    seconds: positive('seconds', values.seconds ?? (values.short ? '0.6' : '2'), false),
  };
}

/** @param {string} name @param {string} text @param {boolean} whole */
function positive(name, text, whole) {
  const value = Number(text);
  if (value > 0 && (!whole || Number.isInteger(value))) return value;
  throw new Error(`--${name} ${text}: a positive ${whole ? 'whole ' : ''}number is needed`);
}
