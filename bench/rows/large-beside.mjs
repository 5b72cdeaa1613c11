/** Small writes at all servers while large bodies travel, one after the other, beside the same without them. */
import { PATH, Ring, absent as notBuilt } from '../contenders/ring.mjs';
import { Uploader } from '../load/uploader.mjs';
import { notMeasured } from '../measure/findings.mjs';
import { taken } from '../measure/interleave.mjs';
import { ofFullSize, put, refusal, urlOf } from '../measure/large.mjs';
import { BODY_BYTES } from '../measure/put.mjs';
import { inRounds } from '../measure/rounds.mjs';

const SERVERS = 3;
const CONNECTIONS = 4;
const KEYS = 1000;
const value = 'p99 ms';
const values = ['per second', 'p50 ms', value];
const alone = 'without it';
const beside = 'while it travels';

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'large-beside',
  title: `PUT 1 KiB, ${CONNECTIONS} connections at all servers, while a large body (256 MiB, or --body-mib) travels`,
  contenders: [],
  reach: [{ of: beside, value, against: alone, atMost: 5 }],
  run,
};

/** @param {import('../measure/types.mjs').Context} context */
async function run(context) {
  const absent = notBuilt();
  if (absent !== undefined) return notMeasured([alone, beside], absent);
  const ring = await Ring.start(SERVERS);
  const uploader = new Uploader();
  try {
    const url = urlOf(ring.ports[0]);
    const refused = await refusal(uploader, url, context.bodyBytes);
    if (refused !== undefined) return notMeasured([alone, beside], refused);
    const slice = () => small(context, ring.ports);
    const findings = await inRounds(context, [
      { label: alone, values, take: slice },
      { label: beside, values, take: () => whileSending(uploader, url, context.bodyBytes, slice) },
    ]);
    return ofFullSize(context, findings);
  } finally {
    await Promise.all([uploader.stop(), ring.stop()]);
  }
}

/** @param {import('../measure/types.mjs').Context} context @param {number[]} ports */
async function small({ generator, seconds }, ports) {
  const spec = {
    dialogue: 'http-put',
    path: PATH,
    connections: CONNECTIONS,
    bodyBytes: BODY_BYTES,
    keys: KEYS,
  };
  return taken(await generator.run({ ...spec, ports, seconds }));
}

/**
 * @template T
 * @param {Uploader} uploader
 * @param {string} url
 * @param {number} bytes
 * @param {() => Promise<T>} slice
 * @returns {Promise<T>}
 */
async function whileSending(uploader, url, bytes, slice) {
  const over = new AbortController();
  const sending = keepSending(uploader, url, bytes, over.signal);
  sending.catch(() => {}); // it is waited for below
  try {
    return await slice();
  } finally {
    over.abort();
    await sending;
  }
}

/**
 * @param {Uploader} uploader
 * @param {string} url
 * @param {number} bytes
 * @param {AbortSignal} over
 */
async function keepSending(uploader, url, bytes, over) {
  while (!over.aborted) {
    await put(uploader, url, bytes);
    await uploader.remove(url);
  }
}
