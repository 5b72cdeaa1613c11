/** 95 % GET and 5 % PUT on 100 hot keys at all servers: how much the writes take from the reads. */
import { keyOf } from '../load/keys.mjs';
import { interleave } from '../measure/interleave.mjs';
import { BODY_BYTES } from '../measure/put.mjs';

const CONNECTIONS = 32;
const KEYS = 100;
const GET_SHARE = 0.95;

const choose = (/** @type {number[]} */ ports) => ports;

/** @type {import('../measure/types.mjs').Entrant} */
const only = { label: 'GET only', contender: 'ringlet', choose, dialogue: 'http-get' };

/** @type {import('../measure/types.mjs').Entrant} */
const mixed = { label: 'GETs beside 5 % PUT', contender: 'ringlet', choose, dialogue: 'http-mixed' };

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'mixed',
  title: 'GETs, 95 % GET and 5 % PUT on 100 hot keys, all servers, 32 connections',
  contenders: ['ringlet'],
  reach: [{ of: mixed.label, value: 'per second', against: only.label, atLeast: 0.7 }],
  run,
};

/** @param {import('../measure/types.mjs').Context} context */
async function run(context) {
  const ringlet = await context.running.get('ringlet');
  if (typeof ringlet !== 'string') {
    for (let number = 0; number < KEYS; number++)
      await ringlet.seed?.(keyOf(number), Buffer.alloc(BODY_BYTES));
  }
  return interleave(context, [only, mixed], async ({ get }, ports, { dialogue = '' }) => {
    const { seconds } = context;
    const spec = {
      ...get,
      dialogue,
      ports,
      connections: CONNECTIONS,
      seconds,
      bodyBytes: BODY_BYTES,
      keys: KEYS,
    };
    const result = await context.generator.run(spec);
    return dialogue === mixed.dialogue ? { ...result, rate: result.rate * GET_SHARE } : result;
  });
}
