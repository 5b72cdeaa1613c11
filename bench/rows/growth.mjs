/**
 * What a write costs a server in rings of three and of sixteen: CPU time per server and write, without what an
 * idle server uses. All writes go to the primary, at a fixed rate which leaves the machine room; a backup has
 * the same to do in either ring, and so has the primary.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { PATH, Ring, absent as notBuilt } from '../contenders/ring.mjs';
import { Client } from '../load/client.mjs';
import { keyOf } from '../load/keys.mjs';
import { notMeasured } from '../measure/findings.mjs';
import { BODY_BYTES } from '../measure/put.mjs';
import { inRounds } from '../measure/rounds.mjs';
import { NEEDS_PROC, cpuSeconds } from '../system/proc.mjs';

const SIZES = [3, 16];
const WRITES_PER_SECOND = 200;
const KEYS = 100;
const CONNECTIONS = 16;
/** The ticks of CPU time are of 10 ms. */
const SLICES = 2;
const SETTLE_MS = 2000;
const atPrimary = 'µs at the primary';
const atBackup = 'µs at a backup';
const values = [atBackup, atPrimary];

const label = (/** @type {number} */ size) => `${size} servers`;
const [small = '', large = ''] = SIZES.map(label);

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'growth',
  title: `CPU time of a write per server, ${WRITES_PER_SECOND} writes of 1 KiB per second`,
  contenders: [],
  reach: values.map((value) => ({ of: large, value, against: small, atLeast: 0.8, atMost: 1.2 })),
  notShort: 'sixteen servers on one machine take half a minute; --only growth runs it',
  run,
};

/** @param {import('../measure/types.mjs').Context} context */
async function run(context) {
  const absent = notBuilt() ?? NEEDS_PROC;
  if (absent !== undefined) return notMeasured([small, large], absent);
  /** @type {Ring[]} */
  const rings = [];
  try {
    for (const size of SIZES) {
      context.progress(`starting ${size} servers`);
      rings.push(await Ring.start(size));
    }
    for (const ring of rings) await warm(context, ring);
    await sleep(SETTLE_MS);
    const seconds = context.seconds * SLICES;
    return await inRounds(
      context,
      rings.map((ring) => ({ label: label(ring.members.length), values, take: () => take(ring, seconds) })),
    );
  } finally {
    await Promise.all(rings.map((ring) => ring.stop()));
  }
}

/**
 * Compiles the code of all servers: at a low rate that would take longer than the measurement.
 * @param {import('../measure/types.mjs').Context} context
 * @param {Ring} ring
 */
async function warm({ generator, seconds }, ring) {
  const ports = ring.ports.slice(0, 1);
  const spec = {
    dialogue: 'http-put',
    path: PATH,
    connections: CONNECTIONS,
    bodyBytes: BODY_BYTES,
    keys: KEYS,
  };
  await generator.run({ ...spec, ports, seconds });
}

/** @param {Ring} ring @param {number} seconds */
async function take(ring, seconds) {
  const client = new Client(Number(ring.ports[0]), { bodyBytes: BODY_BYTES, connections: CONNECTIONS });
  try {
    const idle = await used(ring, () => sleep(seconds * 1000));
    let failed = 0;
    const busy = await used(ring, async () => {
      failed = await writeSteadily(client, seconds);
    });
    const writes = WRITES_PER_SECOND * seconds;
    const [primary = 0, ...backups] = busy.map(
      (spent, index) => ((spent - Number(idle[index])) / writes) * 1e6,
    );
    const errors = failed === 0 ? undefined : `${failed} writes failed`;
    return { values: { [atPrimary]: primary, [atBackup]: mean(backups) }, errors };
  } finally {
    client.close();
  }
}

/**
 * @param {Ring} ring
 * @param {() => Promise<void>} during
 * @returns {Promise<number[]>} seconds of CPU time of each member
 */
async function used({ pids }, during) {
  const before = pids.map(cpuSeconds);
  await during();
  return pids.map((pid, index) => cpuSeconds(pid) - Number(before[index]));
}

/**
 * One write after the other is begun when it is due, whether or not those before are answered.
 * @param {Client} client
 * @param {number} seconds
 * @returns {Promise<number>} how many failed
 */
async function writeSteadily(client, seconds) {
  const beganAt = performance.now();
  const writes = [];
  for (let count = 0; count < WRITES_PER_SECOND * seconds; count++) {
    const due = beganAt + (count / WRITES_PER_SECOND) * 1000;
    if (due > performance.now()) await sleep(due - performance.now());
    writes.push(client.put(keyOf(count % KEYS)).catch(() => false));
  }
  return (await Promise.all(writes)).filter((done) => !done).length;
}

/** @param {number[]} numbers */
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
