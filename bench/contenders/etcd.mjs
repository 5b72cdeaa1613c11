/** etcd: three members on the disk that holds the temporary directory, asked at the leader. */
import { freePorts, until } from '../system/ports.mjs';
import { installed, start as run, temporaryDirectory } from '../system/processes.mjs';

const SERVERS = 3;
const LEADER_MS = 20_000;

export const name = 'etcd';
export const what = 'three members, disk, acknowledged by a majority; gRPC';
export const absent = () => (installed('etcd') ? undefined : 'not installed');

/** @returns {Promise<import('./types.mjs').Contender>} */
export async function start() {
  const all = await freePorts(2 * SERVERS);
  const ports = all.slice(0, SERVERS);
  const peers = all.slice(SERVERS);
  const cluster = peers.map((port, index) => `bench-${index}=${url(port)}`).join(',');
  const processes = ports.map((port, index) =>
    run(
      'etcd',
      [
        ['--name', `bench-${index}`, '--data-dir', temporaryDirectory(), '--log-level', 'error'],
        ['--listen-client-urls', url(port), '--advertise-client-urls', url(port)],
        ['--listen-peer-urls', url(peers[index]), '--initial-advertise-peer-urls', url(peers[index])],
        ['--initial-cluster', cluster, '--initial-cluster-state', 'new'],
      ].flat(),
    ),
  );
  const leader = await until('the leader', LEADER_MS, () => leaderOf(ports));
  return {
    processes,
    ports: [leader, ...ports.filter((port) => port !== leader)],
    put: { dialogue: 'etcd-put' },
    get: { dialogue: 'etcd-range' },
    seed: (key, body) => seed(leader, key, body),
  };
}

/** @param {number | undefined} port */
const url = (port) => `http://127.0.0.1:${port}`;

/** @param {number[]} ports */
async function leaderOf(ports) {
  for (const port of ports) {
    const { header, leader } = await post(port, '/v3/maintenance/status', {});
    if (leader !== undefined && header.member_id === leader) return port;
  }
  return undefined;
}

/** @param {number} port @param {string} key @param {Buffer} body */
async function seed(port, key, body) {
  await post(port, '/v3/kv/put', {
    key: Buffer.from(key).toString('base64'),
    value: body.toString('base64'),
  });
}

/**
 * @param {number} port
 * @param {string} path
 * @param {object} request
 */
async function post(port, path, request) {
  const response = await fetch(url(port) + path, { method: 'POST', body: JSON.stringify(request) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return /** @type {{ header: { member_id: string }, leader?: string }} */ (await response.json());
}
