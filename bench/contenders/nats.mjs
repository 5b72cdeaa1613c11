/** NATS: three servers with JetStream, a KV bucket of three replicas in memory, asked at its leader. */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { BUCKET } from '../load/dialogues/nats.mjs';
import { freePorts, listening, until } from '../system/ports.mjs';
import { installed, start as run, temporaryDirectory } from '../system/processes.mjs';

const SERVERS = 3;
const CLUSTER_MS = 20_000;
const ANSWER_MS = 3000;

/** A KV bucket is a stream of this shape. */
const STREAM = {
  name: `KV_${BUCKET}`,
  subjects: [`$KV.${BUCKET}.>`],
  num_replicas: SERVERS,
  storage: 'memory',
  max_msgs_per_subject: 1,
  discard: 'new',
  allow_rollup_hdrs: true,
  deny_delete: true,
};

export const name = 'nats';
export const what = 'KV of three replicas, memory, acknowledged by a majority';
export const absent = () => (installed('nats-server') ? undefined : 'not installed');

/** @returns {Promise<import('./types.mjs').Contender>} */
export async function start() {
  const all = await freePorts(2 * SERVERS);
  const ports = all.slice(0, SERVERS);
  const routes = all.slice(SERVERS);
  const processes = ports.map((_, index) => run('nats-server', ['-c', configuration(index, ports, routes)]));
  await Promise.all(ports.map((port) => listening(port)));
  const port = /** @type {number} */ (ports[0]);
  await until('the stream', CLUSTER_MS, () => answerTo(port, `$JS.API.STREAM.CREATE.${STREAM.name}`, STREAM));
  const leader = await until('the leader', CLUSTER_MS, async () => {
    const info = await answerTo(port, `$JS.API.STREAM.INFO.${STREAM.name}`, {});
    return /** @type {{ cluster?: { leader?: string } } | undefined} */ (info)?.cluster?.leader;
  });
  const first = Number(leader.slice('bench-'.length));
  return {
    processes,
    ports: [...ports.slice(first), ...ports.slice(0, first)],
    put: { dialogue: 'nats-put' },
  };
}

/**
 * @param {number} index
 * @param {number[]} ports
 * @param {number[]} routes
 * @returns {string} the path of the file
 */
function configuration(index, ports, routes) {
  const directory = temporaryDirectory();
  const path = join(directory, 'nats.conf');
  const text = `
    server_name: bench-${index}
    listen: "127.0.0.1:${ports[index]}"
    jetstream { store_dir: "${directory}", max_memory_store: 1GB, max_file_store: 1GB }
    cluster {
      name: bench
      listen: "127.0.0.1:${routes[index]}"
      routes: [${routes.map((route) => `"nats://127.0.0.1:${route}"`).join(', ')}]
    }`;
  writeFileSync(path, text);
  return path;
}

/**
 * @param {number} port
 * @param {string} subject
 * @param {object} request
 * @returns {Promise<object | undefined>} undefined when the answer was an error, or none came
 */
function answerTo(port, subject, request) {
  return new Promise((resolve, reject) => {
    const payload = JSON.stringify(request);
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    socket.on('error', reject);
    socket.on('close', () => resolve(undefined));
    socket.on('data', (chunk) => {
      text += chunk;
      const json = /MSG answer 1 \d+\r\n(\{.*\})\r\n/s.exec(text)?.[1];
      if (json === undefined) return;
      const answer = JSON.parse(json);
      resolve(answer.error === undefined ? answer : undefined);
      socket.destroy();
    });
    socket.write('CONNECT {"verbose":false,"pedantic":false}\r\nSUB answer 1\r\n');
    socket.write(`PUB ${subject} answer ${Buffer.byteLength(payload)}\r\n${payload}\r\n`);
  });
}
