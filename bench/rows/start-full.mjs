/**
 * From `node dist/main.js` to ready for a server that was killed and has objects on its disk: alone, and as a member of a ring
 * whose others went on. What the system remembers of its files is dropped before.
 */
import { once } from 'node:events';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { PATH, Ring, absent as notBuilt } from '../contenders/ring.mjs';
import { onDisk } from '../contenders/ringlet-on-disk.mjs';
import { notMeasured } from '../measure/findings.mjs';
import { inRounds } from '../measure/rounds.mjs';
import { BODY_BYTES } from '../measure/put.mjs';

const OBJECTS = 100_000;
const OBJECTS_SHORT = 5000;
const CONNECTIONS = 128;
const READY_MS = 60_000;
/** What a server that has just come back still brings to its disk is not to be cut off: that is no matter of this row. */
const SETTLE_MS = 1000;
const alone = 'ringlet, alone';
const member = 'ringlet, one of three';
const value = 'seconds';

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'start-full',
  title: 'Start to ready after SIGKILL, 100,000 objects of 1 KiB in DATA_DIR (--short: 5,000)',
  contenders: [],
  reach: [alone, member].map((of) => ({ of, value, atMost: 10 })),
  notShort: 'two rings are filled and restarted; --only start-full runs it',
  run,
};

/** @param {import('../measure/types.mjs').Context} context */
async function run(context) {
  const absent = notBuilt();
  if (absent !== undefined) return notMeasured([alone, member], absent);
  const findings = [await timeStarts(context, alone, 1), await timeStarts(context, member, 3)];
  if (!context.short) return findings;
  const errors = `${OBJECTS_SHORT} objects, not ${OBJECTS}`;
  return findings.map((finding) => ({ ...finding, errors: finding.errors ?? errors }));
}

/**
 * @param {import('../measure/types.mjs').Context} context
 * @param {string} label
 * @param {number} size of the ring
 * @returns {Promise<import('../measure/types.mjs').Finding>}
 */
async function timeStarts(context, label, size) {
  const ring = await Ring.start(size, onDisk('always'));
  try {
    context.progress(`${label}: storing objects`);
    const keys = context.short ? OBJECTS_SHORT : OBJECTS;
    const spec = { path: PATH, ports: ring.ports, connections: CONNECTIONS, bodyBytes: BODY_BYTES };
    await context.generator.store({ ...spec, keys });
    const take = async () => ({ values: { [value]: await timeOneStart(ring) } });
    const [finding] = await inRounds(context, [{ label, values: [value], take }]);
    return /** @type {import('../measure/types.mjs').Finding} */ (finding);
  } finally {
    await ring.stop();
  }
}

/** Of the last member, which is no primary when there are others. @param {Ring} ring */
async function timeOneStart(ring) {
  const last = /** @type {import('../contenders/types.mjs').Member} */ (ring.members.at(-1));
  await sleep(SETTLE_MS);
  const ended = once(last.process, 'exit');
  last.process.kill('SIGKILL');
  await ended;
  forgetFiles(String(last.settings.DATA_DIR));
  const startedAt = performance.now();
  ring.launch(last);
  await ring.untilReady(last, READY_MS);
  const seconds = (performance.now() - startedAt) / 1000;
  await ring.agree();
  return seconds;
}

/** dd asks the system to drop what it has in memory of a file; where there is no such dd, the start is a warm one. @param {string} directory */
function forgetFiles(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    spawnSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' });
  }
}
