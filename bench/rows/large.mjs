/**
 * A large body to three servers, beside a PUT of it to a server that drops it; what the servers need of memory
 * for it, and whether it is the same at all of them. In a ring of its own, whose servers were idle before.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Ring, absent as notBuilt } from '../contenders/ring.mjs';
import { Uploader } from '../load/uploader.mjs';
import { notMeasured } from '../measure/findings.mjs';
import { differing, memoryOf, settled } from '../measure/large-memory.mjs';
import { ofFullSize, put, refusal, urlOf, warm } from '../measure/large.mjs';
import { inRounds } from '../measure/rounds.mjs';

const SERVERS = 3;
const SETTLE_MS = 500;
const seconds = 'seconds';
const memory = 'MiB above idle and body';
const sink = 'bare sink';
const primary = 'ringlet, at the primary';
const backup = 'ringlet, at a backup';
const dearest = 'ringlet, the dearest of three';

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'large',
  title: 'PUT of one large body (256 MiB, or --body-mib) until all three have it',
  contenders: [sink],
  reach: [
    { of: primary, value: seconds, against: sink, atMost: 1.3 },
    { of: backup, value: seconds, against: sink, atMost: 1.3 },
    { of: dearest, value: memory, atMost: 64 },
  ],
  run,
};

/** @param {import('../measure/types.mjs').Context} context */
async function run(context) {
  const labels = [primary, backup, dearest];
  const absent = notBuilt();
  if (absent !== undefined) return notMeasured(labels, absent);
  const ring = await Ring.start(SERVERS);
  const uploader = new Uploader();
  try {
    const url = urlOf(ring.ports[0]);
    await warm(uploader, url);
    await sleep(SETTLE_MS);
    context.progress('memory, and the same bytes everywhere');
    const idle = ring.pids.map(settled);
    const refused = await refusal(uploader, url, context.bodyBytes);
    if (refused !== undefined) return notMeasured(labels, refused);
    const errors = await differing(ring, uploader);
    const memoryFound = memoryOf({ label: dearest, value: memory }, ring, idle, context.bodyBytes);
    return ofFullSize(context, [...(await times(context, ring, uploader)), { ...memoryFound, errors }]);
  } finally {
    await Promise.all([uploader.stop(), ring.stop()]);
  }
}

/**
 * @param {import('../measure/types.mjs').Context} context
 * @param {Ring} ring
 * @param {Uploader} uploader
 */
async function times(context, ring, uploader) {
  const limit = await context.running.get(sink);
  /** @param {string} label @param {number | undefined} port */
  const taker = (label, port) => {
    const url = urlOf(port);
    const take = async () => {
      const ms = await put(uploader, url, context.bodyBytes);
      if (label !== sink) await uploader.remove(url);
      return { values: { [seconds]: ms / 1000 } };
    };
    return { label, values: [seconds], take };
  };
  const limitTaker =
    typeof limit === 'string' ? { ...taker(sink, 0), absent: limit } : taker(sink, limit.ports[0]);
  return inRounds(context, [taker(primary, ring.ports[0]), taker(backup, ring.ports[1]), limitTaker]);
}
