/** From `node dist/main.js` to ready, empty and alone: in memory, and with a DATA_DIR that it has to make. */
import { absent as notBuilt, ready, startServer } from '../contenders/ring.mjs';
import { onDisk } from '../contenders/ringlet-on-disk.mjs';
import { inRounds } from '../measure/rounds.mjs';
import { freePorts, until } from '../system/ports.mjs';
import { stop } from '../system/processes.mjs';

const TIMEOUT_MS = 15_000;
const inMemory = 'ringlet';
const withDisk = 'ringlet, DATA_DIR';
const value = 'seconds';

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'start',
  title: 'Start to ready, empty',
  contenders: [],
  reach: [inMemory, withDisk].map((of) => ({ of, value, atMost: 1.5 })),
  run,
};

/** @param {import('../measure/types.mjs').Context} context */
async function run(context) {
  const absent = notBuilt();
  return inRounds(context, [
    { label: inMemory, values: [value], absent, take: () => timeOneStart({}) },
    { label: withDisk, values: [value], absent, take: () => timeOneStart(onDisk('always')('alone')) },
  ]);
}

/** @param {Record<string, string>} settings */
async function timeOneStart(settings) {
  const [port = 0, ringPort = 0] = await freePorts(2);
  const startedAt = performance.now();
  const server = startServer({ ...settings, PORT: String(port), RING_PORT: String(ringPort) });
  try {
    await until('a ready server', TIMEOUT_MS, async () => (await ready(port)) || undefined);
    return { values: { [value]: (performance.now() - startedAt) / 1000 } };
  } finally {
    await stop([server]);
  }
}
