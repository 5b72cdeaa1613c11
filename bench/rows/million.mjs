/**
 * A million objects of 100 bytes in a ring of two: what each takes of memory beside its body, and how long a
 * third server takes to be ready, from the start of its process on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { PATH, Ring, absent as notBuilt } from '../contenders/ring.mjs';
import { keyOf } from '../load/keys.mjs';
import { found, notMeasured } from '../measure/findings.mjs';
import { NEEDS_PROC, residentBytes } from '../system/proc.mjs';

const SERVERS = 2;
const OBJECTS = 1_000_000;
const OBJECTS_SHORT = 100_000;
const BODY_BYTES = 100;
const CONNECTIONS = 128;
/** Written before, so that what the servers need for their work itself does not count as the objects'. */
const WARM_KEYS = 100;
const WARM_SECONDS = 1;
const SETTLE_MS = 2000;
const JOIN_MS = 120_000;
const memory = 'bytes each beyond the body';
const joining = 'seconds to ready';
const dearest = 'the dearer of two servers';
const newcomer = 'the newcomer';

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'million',
  title: `A million objects of ${BODY_BYTES} bytes (--short: a hundred thousand)`,
  contenders: [],
  reach: [
    { of: dearest, value: memory, atMost: 400 },
    { of: newcomer, value: joining, atMost: 30 },
  ],
  run,
};

/** @param {import('../measure/types.mjs').Context} context */
async function run(context) {
  const absent = notBuilt() ?? NEEDS_PROC;
  if (absent !== undefined) return notMeasured([dearest, newcomer], absent);
  const objects = context.short ? OBJECTS_SHORT : OBJECTS;
  const ring = await Ring.start(SERVERS);
  try {
    const bytes = await fill(context, ring, objects);
    context.progress(`a newcomer joins ${objects} objects`);
    const fewer = context.short ? `${objects} objects, not ${OBJECTS}` : undefined;
    return [
      { ...found(dearest, { objects, [memory]: bytes }), errors: fewer },
      await join(ring, objects, fewer),
    ];
  } finally {
    await ring.stop();
  }
}

/**
 * @param {import('../measure/types.mjs').Context} context
 * @param {Ring} ring
 * @param {number} objects
 * @returns {Promise<number>} bytes of memory for each, beyond the body
 */
async function fill({ generator, progress }, ring, objects) {
  const spec = { path: PATH, ports: ring.ports, connections: CONNECTIONS, bodyBytes: BODY_BYTES };
  const seconds = WARM_SECONDS;
  await generator.run({ ...spec, dialogue: 'http-put', keys: WARM_KEYS, seconds });
  const before = await settled(ring);
  progress(`storing ${objects} objects`);
  await generator.store({ ...spec, keys: objects });
  const after = await settled(ring);
  const grown = after.map((bytes, index) => bytes - Number(before[index]));
  return Math.max(...grown) / objects - BODY_BYTES;
}

/**
 * @param {Ring} ring
 * @param {number} objects
 * @param {string | undefined} fewer
 */
async function join(ring, objects, fewer) {
  const beganAt = performance.now();
  try {
    await ring.add(1, JOIN_MS);
    const seconds = (performance.now() - beganAt) / 1000;
    const errors = (await missing(Number(ring.ports.at(-1)), objects)) ?? fewer;
    return { ...found(newcomer, { objects, [joining]: seconds }), errors };
  } catch (error) {
    return { ...found(newcomer, { objects }), errors: /** @type {Error} */ (error).message };
  }
}

/** @param {Ring} ring */
async function settled({ pids }) {
  await sleep(SETTLE_MS);
  return pids.map(residentBytes);
}

/**
 * @param {number} port
 * @param {number} objects
 * @returns {Promise<string | undefined>} what the newcomer lacks
 */
async function missing(port, objects) {
  for (const number of [0, objects >> 1, objects - 1]) {
    const answer = await fetch(`http://127.0.0.1:${port}${PATH}${keyOf(number)}`);
    const { byteLength } = await answer.arrayBuffer();
    if (answer.status !== 200 || byteLength !== BODY_BYTES) return `the newcomer lacks ${keyOf(number)}`;
  }
  return undefined;
}
