/** The memory that servers with disks need for a large body: of the body itself only what is on its way. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Ring, absent as notBuilt } from '../contenders/ring.mjs';
import { onDisk } from '../contenders/ringlet-on-disk.mjs';
import { Uploader } from '../load/uploader.mjs';
import { found, notMeasured } from '../measure/findings.mjs';
import { differing, memoryOf, settled } from '../measure/large-memory.mjs';
import { ofFullSize, put, urlOf, warm } from '../measure/large.mjs';

const SERVERS = 3;
const SETTLE_MS = 500;
const memory = 'MiB above idle';
const dearest = 'ringlet, the dearest of three';
const primary = 'ringlet, at the primary';

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'large-on-disk',
  title: 'PUT of one large body (256 MiB, or --body-mib), DATA_DIR and FSYNC=always',
  contenders: [],
  reach: [{ of: dearest, value: memory, atMost: 64 }],
  run,
};

/** @param {import('../measure/types.mjs').Context} context */
async function run(context) {
  const labels = [dearest, primary];
  const absent = notBuilt();
  if (absent !== undefined) return notMeasured(labels, absent);
  const ring = await Ring.start(SERVERS, onDisk('always'));
  const uploader = new Uploader();
  try {
    const url = urlOf(ring.ports[0]);
    await warm(uploader, url);
    await sleep(SETTLE_MS);
    context.progress('memory, and the same bytes everywhere');
    const idle = ring.pids.map(settled);
    const ms = await put(uploader, url, context.bodyBytes);
    const errors = await differing(ring, uploader);
    const used = memoryOf({ label: dearest, value: memory }, ring, idle, 0);
    return ofFullSize(context, [{ ...used, errors }, found(primary, { seconds: ms / 1000 })]);
  } finally {
    await Promise.all([uploader.stop(), ring.stop()]);
  }
}
