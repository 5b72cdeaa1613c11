/** From `node dist/main.js` to ready, empty and alone. */
import { absent as notBuilt, ready, startServer } from '../contenders/ring.mjs';
import { freePorts, until } from '../system/ports.mjs';
import { stop } from '../system/processes.mjs';

const TIMEOUT_MS = 15_000;
const label = 'ringlet';
const value = 'seconds';

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'start',
  title: 'Start to ready, empty',
  contenders: [],
  reach: [{ of: label, value, atMost: 1.5 }],
  run,
};

/** @param {import('../measure/types.mjs').Context} context */
async function run({ rounds, progress }) {
  const absent = notBuilt();
  if (absent !== undefined) return [{ label, values: { [value]: [] }, absent }];
  const seconds = [];
  for (let round = 1; round <= rounds; round++) {
    progress(`start ${round} of ${rounds}`);
    seconds.push(await timeOneStart());
  }
  return [{ label, values: { [value]: seconds } }];
}

async function timeOneStart() {
  const [port = 0, ringPort = 0] = await freePorts(2);
  const startedAt = performance.now();
  const server = startServer({ PORT: String(port), RING_PORT: String(ringPort) });
  try {
    await until('a ready server', TIMEOUT_MS, async () => (await ready(port)) || undefined);
    return (performance.now() - startedAt) / 1000;
  } finally {
    await stop([server]);
  }
}
