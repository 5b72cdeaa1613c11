/**
 * GET of 1 KiB that is there, at any server. All servers of a contender share one core, the generator has
 * the other; etcd, which speaks gRPC, gets the bench's own generator.
 */
import { keyOf } from '../load/keys.mjs';
import { atBackup, atPrimary, peer } from '../measure/entrants.mjs';
import { interleave } from '../measure/interleave.mjs';
import { BODY_BYTES } from '../measure/put.mjs';
import { hasWrk, wrk } from '../measure/wrk.mjs';
import { LOAD_CORE, SERVER_CORE, pin } from '../system/pin.mjs';

const CONNECTIONS = 32;
const value = 'per second';
const against = ['bare node:http', 'webdis + redis', 'etcd'];

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'get',
  title: 'GET hit 1 KiB, server and generator on a core each, 32 connections',
  contenders: ['ringlet', ...against, 'nginx'],
  reach: [atPrimary, atBackup].flatMap(({ label }) => [
    { of: label, value, against: 'bare node:http', atLeast: 0.85 },
    { of: label, value, against: 'webdis + redis', atLeast: 1.5 },
    { of: label, value, against: 'etcd', atLeast: 5 },
  ]),
  run,
};

/** @param {import('../measure/types.mjs').Context} context */
async function run(context) {
  const pids = await prepare(context);
  pin(pids, SERVER_CORE);
  pin([context.generator.pid], LOAD_CORE);
  try {
    const entrants = [atPrimary, atBackup, ...row.contenders.slice(1).map(peer)];
    return await interleave(context, entrants, (contender, ports) => slice(context, contender, ports));
  } finally {
    pin([...pids, context.generator.pid], 'any');
  }
}

/**
 * Every contender gets the object.
 * @param {import('../measure/types.mjs').Context} context
 */
async function prepare(context) {
  const pids = [];
  for (const name of row.contenders) {
    const contender = await context.running.get(name);
    if (typeof contender === 'string') continue;
    await contender.seed?.(keyOf(0), Buffer.alloc(BODY_BYTES, 'ringlet '));
    pids.push(...contender.processes.map((child) => child.pid));
  }
  return pids;
}

/**
 * @param {import('../measure/types.mjs').Context} context
 * @param {import('../contenders/types.mjs').Contender} contender
 * @param {number[]} ports
 */
async function slice(context, { get }, ports) {
  if (get === undefined) throw new Error('answers no reads');
  const { seconds } = context;
  const [port = 0] = ports;
  const overHttp = get.dialogue === 'http-get';
  if (overHttp && hasWrk) return wrk(`http://127.0.0.1:${port}${get.path}${keyOf(0)}`, CONNECTIONS, seconds);
  const spec = { ...get, ports: [port], connections: CONNECTIONS, seconds, bodyBytes: BODY_BYTES, keys: 1 };
  return context.generator.run(spec);
}
