/** The command line of the bench. */
import { parseArgs } from 'node:util';
import { MEBIBYTE } from './system/proc.mjs';

export const HELP = `npm run bench -- [options]
  --short        fewer and shorter slices, smaller numbers, some rows left out: under three minutes
  --only ROW     only this row, or all that begin with it (get, put, put-32); several times or with commas
  --rounds N     measured rounds of each contender (default 3, short 2)
  --seconds S    length of one slice (default 2, short 0.4)
  --body-mib N   size of the body in the rows about large ones (default 256)
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
      'body-mib': { type: 'string' },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    ...values,
    only: values.only.flatMap((names) => names.split(',')),
    rounds: positive('rounds', values.rounds ?? (values.short ? '2' : '3'), true),
    bodyBytes: Math.round(positive('body-mib', values['body-mib'] ?? '256', false) * MEBIBYTE),
    seconds: positive('seconds', values.seconds ?? (values.short ? '0.4' : '2'), false),
  };
}

/** @param {string} name @param {string} text @param {boolean} whole */
function positive(name, text, whole) {
  const value = Number(text);
  if (value > 0 && (!whole || Number.isInteger(value))) return value;
  throw new Error(`--${name} ${text}: a positive ${whole ? 'whole ' : ''}number is needed`);
}
