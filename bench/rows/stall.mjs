/** A member that does nothing for half a second is to be borne with: a removal would be a false one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Ring, absent as notBuilt, report } from '../contenders/ring.mjs';
import { found, notMeasured } from '../measure/findings.mjs';

const SERVERS = 3;
const ROUNDS = 9;
const STALL_MS = 500;
/** Longer than it takes to suspect a member and to choose a view without it. */
const WATCH_MS = 1300;
const label = 'ringlet';
const removals = 'false removals';

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'stall',
  title: `A process stands still for ${STALL_MS} ms, any member in turn`,
  contenders: [],
  reach: [{ of: label, value: removals, atMost: 0 }],
  notShort: 'nine rounds take half a minute; --only stall runs it',
  run,
};

/** @param {import('../measure/types.mjs').Context} context */
async function run({ progress }) {
  const absent = notBuilt();
  if (absent !== undefined) return notMeasured([label], absent);
  const ring = await Ring.start(SERVERS);
  let count = 0;
  try {
    for (let round = 0; round < ROUNDS; round++) {
      progress(`stall ${round + 1} of ${ROUNDS}`);
      if (await removesOnStall(ring, round % SERVERS)) count += 1;
    }
  } finally {
    await ring.stop();
  }
  return [found(label, { rounds: ROUNDS, [removals]: count })];
}

/** @param {Ring} ring @param {number} place of the victim, from the primary on */
async function removesOnStall(ring, place) {
  const victim = ring.members[place];
  const before = await views(ring);
  victim?.process.kill('SIGSTOP');
  await sleep(STALL_MS);
  victim?.process.kill('SIGCONT');
  await sleep(WATCH_MS);
  await ring.agree();
  return (await views(ring)) !== before;
}

/** @param {Ring} ring */
async function views({ ports }) {
  const reports = await Promise.all(ports.map(report));
  return reports.map(({ view }) => view).join();
}
