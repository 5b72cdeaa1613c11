/**
 * A body to eight servers whose links are the bottleneck, beside the same body over one such link: since each
 * server hands on what it has while more is coming, seven links more should hardly count.
 */
import { PATH, absent as notBuilt, startServer } from '../contenders/ring.mjs';
import { PROGRAM as SINK } from '../contenders/sink.mjs';
import { Uploader } from '../load/uploader.mjs';
import { notMeasured } from '../measure/findings.mjs';
import { FULL_BYTES, ofFullSize, put, refusal } from '../measure/large.mjs';
import { inRounds } from '../measure/rounds.mjs';
import { cannotMakeHosts, makeHosts, removeHosts } from '../system/namespaces.mjs';
import { until } from '../system/ports.mjs';
import { start, stop } from '../system/processes.mjs';

const SERVERS = 8;
const MEGABITS_PER_SECOND = 200;
/** Of the large body of the other rows, which makes it 64 MiB. */
const SHARE = 1 / 4;
const READY_MS = 60_000;
const HTTP_PORT = 5235;
const RING_PORT = 1233;
const SINK_PORT = 8000;
const ring = `ringlet, ${SERVERS} servers`;
const hop = 'bare sink, one hop';
const seconds = 'seconds';

/** @typedef {ReturnType<typeof makeHosts>} Hosts */

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'slow-links',
  title: `PUT of ${(FULL_BYTES * SHARE) / 1024 / 1024} MiB to ${SERVERS} servers on links of ${MEGABITS_PER_SECOND} Mbit/s`,
  contenders: [],
  reach: [{ of: ring, value: seconds, against: hop, atMost: 1.15 }],
  notShort: 'eight servers in namespaces take half a minute; --only slow-links runs it',
  run,
};

/** @param {import('../measure/types.mjs').Context} context */
async function run(context) {
  const absent = notBuilt() ?? cannotMakeHosts();
  if (absent !== undefined) return notMeasured([ring, hop], absent);
  /** @type {Hosts} */
  let hosts = [];
  try {
    hosts = makeHosts(SERVERS + 1, MEGABITS_PER_SECOND);
  } catch (error) {
    return notMeasured([ring, hop], /** @type {Error} */ (error).message);
  }
  try {
    return await measure(context, hosts);
  } finally {
    removeHosts();
  }
}

/** @param {import('../measure/types.mjs').Context} context @param {Hosts} hosts the last is the client's */
async function measure(context, hosts) {
  const servers = hosts.slice(0, SERVERS);
  const [first = { address: '', within: [] }] = servers;
  const uploader = new Uploader(hosts.at(-1)?.within);
  const processes = [...servers.map((host) => startAt(host, first.address)), startSink(first)];
  const bytes = context.bodyBytes * SHARE;
  const url = `http://${first.address}:${HTTP_PORT}${PATH}bench-large`;
  try {
    context.progress(`starting ${SERVERS} servers`);
    await until(`a ring of ${SERVERS}`, READY_MS, () => complete(uploader, servers));
    const refused = await refusal(uploader, url, bytes);
    if (refused !== undefined) return notMeasured([ring, hop], refused);
    const findings = await inRounds(context, [
      taker(ring, () => toRing(uploader, url, bytes)),
      taker(hop, () => put(uploader, `http://${first.address}:${SINK_PORT}/`, bytes)),
    ]);
    return ofFullSize(context, findings);
  } finally {
    await Promise.all([uploader.stop(), stop(processes)]);
  }
}

/** @param {string} label @param {() => Promise<number>} send */
const taker = (label, send) => ({
  label,
  values: [seconds],
  take: async () => ({ values: { [seconds]: (await send()) / 1000 } }),
});

/** @param {Uploader} uploader @param {string} url @param {number} bytes */
async function toRing(uploader, url, bytes) {
  const ms = await put(uploader, url, bytes);
  await uploader.remove(url);
  return ms;
}

/** @param {Hosts[number]} host @param {string} founder */
function startAt({ address, within }, founder) {
  const settings = {
    HOST: address,
    RING_HOST: address,
    PORT: String(HTTP_PORT),
    RING_PORT: String(RING_PORT),
    RING_SECRET: 'of the bench',
    INSECURE: '1',
    PEER: address === founder ? '' : `${founder}:${RING_PORT}`,
  };
  return startServer(settings, within);
}

/** @param {Hosts[number]} host */
function startSink({ address, within }) {
  const [command = '', ...args] = [...within, process.execPath, SINK, String(SINK_PORT), address];
  return start(command, args);
}

/** @param {Uploader} uploader @param {Hosts} servers @returns {Promise<true | undefined>} */
async function complete(uploader, servers) {
  for (const { address } of servers) {
    const { status } = await uploader.get(`http://${address}:${HTTP_PORT}/health/ready`);
    const { text } = await uploader.get(`http://${address}:${HTTP_PORT}/ring`);
    if (status !== 200 || JSON.parse(text).members.length !== SERVERS) return undefined;
  }
  return true;
}
