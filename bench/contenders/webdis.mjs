/** webdis in front of Redis: the usual way to read Redis over HTTP. PUT /SET/key stores a body. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, listening } from '../system/ports.mjs';
import { installed, start as run, temporaryDirectory } from '../system/processes.mjs';
import { httpSeed } from './http-seed.mjs';
import { startRedis } from './redis.mjs';

export const name = 'webdis + redis';
export const what = 'GET over HTTP, one Redis behind it';
export const absent = () => (installed('webdis') && installed('redis-server') ? undefined : 'not installed');

/** @returns {Promise<import('./types.mjs').Contender>} */
export async function start() {
  const [port = 0, redisPort = 0] = await freePorts(2);
  const processes = [startRedis(redisPort)];
  await listening(redisPort);
  const directory = temporaryDirectory();
  const file = join(directory, 'webdis.json');
  writeFileSync(file, JSON.stringify(configuration(port, redisPort, directory)));
  processes.push(run('webdis', [file]));
  await listening(port);
  return {
    processes,
    ports: [port],
    get: { dialogue: 'http-get', path: '/GET/' },
    seed: httpSeed(port, '/SET/'),
  };
}

/** @param {number} port @param {number} redisPort @param {string} directory */
function configuration(port, redisPort, directory) {
  return {
    redis_host: '127.0.0.1',
    redis_port: redisPort,
    http_host: '127.0.0.1',
    http_port: port,
    threads: 2,
    pool_size: 4,
    daemonize: false,
    websockets: false,
    database: 0,
    acl: [{ disabled: [] }],
    verbosity: 0,
    logfile: join(directory, 'webdis.log'),
  };
}
